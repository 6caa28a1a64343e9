// The files of a contract pack as one tree, with the place each value comes from.
//
// Purpose: reads packs/_base and one pack, lays the pack over the base, and can say of every value in which
//          file and line it stands and what it replaced. Knows nothing of what the keys mean (rulebook.hpp)
//          or of what the product does with them (pack.hpp).
// Laying over: objects key by key; lists of things that all have an `id` by that id (`remove: true` drops the
//          base's thing); everything else is replaced whole.
// Lines:   Value::line() inside a Tree is a number that only place() understands.
// Errors:  contract.folder_missing; faults of files are collected, not thrown at the first.
// Threads: values.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "schema/value.hpp"

namespace yagura::contract {

struct Place {
  std::string file;  // as given, e.g. packs/matsusaka/clocks.yaml; "" where the value has none
  int line = 0;
};

// One thing wrong with a pack: where, what (and, by the words of its code, what to do).
struct Fault {
  std::string file;
  int line = 0;
  Error error;
};

// A value that another file replaced.
struct Replaced {
  Place place;
  schema::Value value;
};

class Tree {
 public:
  // Reads every *.yaml directly in `folder`, and each of forms/ as one thing of the list `forms`; a file that
  // cannot be read is a fault and left out.
  static Tree read(const std::filesystem::path& folder, std::vector<Fault>& faults);
  // This tree with `over` laid upon it. Faults: a `remove` of something the base does not have.
  [[nodiscard]] Tree with(const Tree& over, std::vector<Fault>& faults) const;

  // The value of each file by its name (clocks.yaml); lines as in `root`.
  struct File {
    std::string name;
    schema::Value value;
  };
  [[nodiscard]] const std::vector<File>& files() const { return files_; }
  [[nodiscard]] const schema::Value& root() const { return root_; }
  [[nodiscard]] Place place(int line) const;
  [[nodiscard]] Place place(const schema::Value& value) const { return place(value.line()); }

  // A value by its key: names joined by dots, things of a list by their id (clocks.arrival.warn_before) or
  // number.
  [[nodiscard]] const schema::Value* find(std::string_view key) const;
  // What the value at that key replaced, the nearest first.
  [[nodiscard]] std::vector<Replaced> replaced(const std::string& key) const;
  // SHA-256 over all files, in hexadecimal: the version of the pack.
  [[nodiscard]] std::string digest() const;

 private:
  void add_thing(const std::filesystem::path& path, schema::Value thing);
  schema::Value laid_over(const schema::Value& base, const schema::Value& over, const std::string& key,
                          std::vector<Fault>& faults);
  schema::Value merged_list(const schema::Value& base, const schema::Value& over, const std::string& key,
                            std::vector<Fault>& faults);

  std::vector<std::string> names_;  // of the files, by number
  std::vector<std::string> texts_;  // what they hold, for the digest
  std::vector<File> files_;
  schema::Value root_ = schema::Value::object();
  std::map<std::string, std::vector<Replaced>> replaced_;
};

}  // namespace yagura::contract
