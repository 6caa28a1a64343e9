// One vendor's file, ready to run. Inside of vendors.hpp.
#pragma once

#include "monitor/syslog/vendors.hpp"

namespace yagura::monitor::syslog {

// The files as written; share/syslog/README.md says what each key means.
struct VendorFile {
  struct Title {
    std::string ja, en;
  };
  struct Recognise {
    std::vector<std::string> starts, apps, keys;
  };
  struct Case {
    std::map<std::string, std::vector<std::string>> when;
    std::string kind;
    std::map<std::string, std::string> set, fields;
  };
  struct Line {
    std::string line, kind;
    std::map<std::string, std::string> set;
  };
  enum class Format : std::uint8_t { kv, csv, json, cef, leef, structured_data, pattern };
  enum class Part : std::uint8_t { content, message, structured_data };

  std::string vendor;
  Title title;
  std::string reference;
  int order = 50;
  std::string kind;
  Format format = Format::kv;
  Part part = Part::content;
  std::string separator = ",";
  Recognise recognise;
  int columns_by = 0;
  std::map<std::string, std::vector<std::string>> columns;
  std::vector<std::string> time;
  std::map<std::string, std::string> set, fields;
  std::map<std::string, std::map<std::string, std::string>> values;
  std::vector<std::string> drop;
  std::vector<Case> cases;
  std::vector<Line> lines;
};

Result<VendorFile> read_vendor_file(const std::filesystem::path& file);

// Names to small numbers, faster than a general map: every key of every message passes here.
class KeyTable {
 public:
  // The number of the key; a new one gets the next.
  int add(std::string_view key);
  void finish();
  [[nodiscard]] int find(std::string_view key) const {
    for (auto at = hash(key) & mask_;; at = (at + 1) & mask_) {
      const auto slot = places_[at];
      if (slot < 0) return -1;
      if (keys_[static_cast<std::size_t>(slot)] == key) return slot;
    }
  }
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  static std::uint64_t hash(std::string_view key);
  std::vector<std::string> keys_;
  std::vector<std::int16_t> places_{-1};
  std::uint64_t mask_ = 0;
};

class Vendor {
 public:
  static Result<std::unique_ptr<const Vendor>> make(VendorFile file, const eventstore::Kinds& kinds);

  // A cheap look; false: certainly not theirs.
  [[nodiscard]] bool may_be(const Header& header) const;
  Outcome read(const Header& header, Time received, std::chrono::minutes offset, VendorSet::Scratch& scratch,
               Fields& out) const;
  [[nodiscard]] const VendorFile& file() const { return file_; }

 private:
  // Values as a device writes them to how everybody's are called; "*" at the end of a key stands for
  // anything.
  struct ValueMap {
    std::map<std::string, std::string, std::less<>> whole;
    std::vector<std::pair<std::string, std::string>> prefixes;
    [[nodiscard]] std::string_view of(std::string_view value) const;
  };
  struct Target {
    std::size_t field = 0;
    bool number = false;
    std::vector<int> from;  // slots, the first that has something
    const ValueMap* values = nullptr;
  };
  struct Mapping {  // into one kind
    const eventstore::Kind* kind = nullptr;
    std::vector<Target> targets;
    std::vector<std::pair<std::size_t, std::string>> constants;
    std::optional<std::size_t> other, message;
  };
  struct Case {
    std::vector<std::pair<int, std::vector<std::string>>> when;
    Mapping mapping;
    std::size_t base = 0;  // the file's own mapping into this kind
  };
  struct Line {
    Pattern pattern;
    Mapping mapping;
    std::size_t base = 0;
  };

  explicit Vendor(VendorFile file) : file_(std::move(file)) {}
  Result<> build(const eventstore::Kinds& kinds);
  Result<Mapping> mapping(const eventstore::Kind& kind, const std::map<std::string, std::string>& fields,
                          const std::map<std::string, std::string>& set, bool lenient);
  Result<std::size_t> base(const std::string& kind, const eventstore::Kinds& kinds);
  Result<> build_lines(const eventstore::Kinds& kinds);

  [[nodiscard]] std::string_view text_of(const Header& header) const;
  [[nodiscard]] bool scan(std::string_view text, Pairs& pairs) const;
  bool take_slots(VendorSet::Scratch& scratch) const;
  bool take_columns(VendorSet::Scratch& scratch) const;
  void apply(const Mapping& mapping, VendorSet::Scratch& scratch, Fields& out) const;
  void keep_others(std::size_t field, VendorSet::Scratch& scratch, Fields& out) const;
  void take_time(Time received, std::chrono::minutes offset, VendorSet::Scratch& scratch, Fields& out) const;
  static bool holds(const Case& one, const VendorSet::Scratch& scratch);

  VendorFile file_;
  KeyTable keys_;
  std::map<std::string, ValueMap, std::less<>> values_;
  std::vector<Mapping> bases_;  // the first is of the file's kind
  std::vector<Case> cases_;
  std::vector<Line> lines_;
  std::vector<std::vector<int>> times_;
  std::vector<int> needed_;  // slots that must be there
  std::vector<bool> dropped_;
  std::map<std::string, std::vector<int>, std::less<>> columns_;
};

}  // namespace yagura::monitor::syslog
