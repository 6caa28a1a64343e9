// Rows of one kind on their way into the store, column by column, with one dictionary of their strings.
//
// Purpose: what an agent, the syslog intake or an importer hands over, and what the write-ahead log keeps.
//          Agents send it as bytes; columns and dictionary cost no work per row on the way in.
// Units:   times in microseconds since 1970, UTC.
// Bounds:  65,536 rows and as many different strings; 32 MiB of bytes unpacked; a string up to 16 MiB.
//          Strings are bytes: NUL, broken UTF-8 and 100,000 characters are kept as they came.
// Errors:  eventstore.batch_invalid (reason), eventstore.field_unknown (kind, field),
//          eventstore.batch_too_large.
// Threads: values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "eventstore/batch_strings.hpp"
#include "eventstore/kind.hpp"

namespace yagura::eventstore {

struct Batch {
  static constexpr std::size_t most_rows = 65'536, most_strings = 65'536, most_bytes = 32U << 20,
                               most_string = 16U << 20;
  using StringId = std::uint16_t;  // a place in strings; narrow, as the store holds many batches in memory

  struct Column {
    std::vector<StringId> ids;          // of text, entity, category
    std::vector<std::int64_t> numbers;  // of number
  };
  std::vector<std::int64_t> times;
  // Of receipt, days since 1970 in Japan, where that is not now: of what is moved from another store. Never
  // what a sender says; read_batch() leaves it empty.
  std::vector<std::int64_t> days;
  std::vector<Column> columns;              // as many as the kind has fields, each as long as times
  std::vector<std::string_view> strings;    // the first is always ""
  std::shared_ptr<const std::string> held;  // what strings point into

  [[nodiscard]] std::size_t rows() const { return times.size(); }
};

// Adds rows one by one; equal strings are kept once.
class BatchBuilder {
 public:
  explicit BatchBuilder(const Kind& kind);

  // Begins a row; fields not set are empty or 0. The kind must outlive the builder.
  void row(Time at);
  // The same for one that was received before: all rows of a batch, or none.
  void row(Time at, std::int64_t day);
  void text(std::size_t field, std::string_view value);
  void number(std::size_t field, std::int64_t value);
  [[nodiscard]] std::size_t rows() const { return times_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  // True when the next row should go into another batch.
  [[nodiscard]] bool full() const;

  // The rows so far; the builder is empty afterwards.
  Batch take();

 private:
  const Kind& kind_;
  std::vector<std::int64_t> times_, days_;
  std::vector<Batch::Column> columns_;
  BatchStrings strings_;
  std::size_t bytes_ = 0;
};

// The bytes of a batch (docs/formats/event-batch.md): self-describing by field names, checked by its reader,
// not compressed. Fields that a later version of the kind added are empty.
std::string write_batch(const Kind& kind, const Batch& batch);
// The same behind what is in out.
void write_batch(const Kind& kind, const Batch& batch, std::string& out);
// Fields that this kind does not have are an error: nothing is dropped unseen.
Result<Batch> read_batch(const Kind& kind, std::string_view bytes);

}  // namespace yagura::eventstore
