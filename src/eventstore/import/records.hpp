// Records of a log file that another program wrote: decompressed, decoded, cut, whatever is wrong with single
// ones.
//
// Purpose: csv with quoted line breaks or one JSON object a line; plain or gzip; UTF-8, Windows-31J or UTF-16
//          (by its byte-order mark, else little-endian). One record is in memory, never the file.
// Meaning: a record that cannot be read is given with the reason, its bytes whole, and reading goes on behind
//          it. A quotation mark that is not closed within most_record costs its own line alone. A longer
//          record comes in pieces, each too_long.
// Errors:  eventstore.import_unreadable (file, reason): the file itself, a gzip that ends early.
// Threads: one reader belongs to one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

enum class TextEncoding : std::uint8_t { utf8, cp932, utf16 };
enum class RecordForm : std::uint8_t { csv, jsonl };

class RecordReader {
 public:
  static constexpr std::size_t most_record = 1U << 20U;

  struct Options {
    RecordForm form = RecordForm::csv;
    TextEncoding encoding = TextEncoding::utf8;
    char delimiter = ',';
  };
  struct Record {
    std::uint64_t number = 0;        // from 1, empty lines not counted
    std::string_view raw;            // as it stands in the file (of UTF-16: as UTF-8), without its line break
    std::vector<std::string> cells;  // of csv; of jsonl one, the line
    std::string_view fault;          // "" or encoding, quote_open, quote_inside, too_long
  };

  static Result<RecordReader> open(const std::filesystem::path& file, const Options& options);
  RecordReader(RecordReader&&) noexcept;
  ~RecordReader();

  // False at the end. The record lives until the next call.
  Result<bool> next(Record& record);
  // Bytes of the file (compressed, if it is) that were read so far.
  [[nodiscard]] std::uint64_t read() const;

 private:
  class Bytes;
  RecordReader(std::unique_ptr<Bytes> bytes, const Options& options);
  Result<bool> more();
  bool give(Record& record, std::size_t length, std::size_t behind, std::string_view fault);
  void cut(Record& record, std::string_view raw);

  std::unique_ptr<Bytes> bytes_;
  Options options_;
  std::string waiting_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
  bool ended_ = false, in_long_ = false;
};

}  // namespace yagura::eventstore
