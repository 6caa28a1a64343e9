// The blocks of a chunk while a segment is written.
//
// Purpose: holds the columns of up to Chunk::most_blocks blocks as symbols and bits, some 16 bytes a row,
//          until all are there; then finds the model for each column and writes them. What depends on what is
//          found out anew for each chunk: the field that the kind calls its context depends on any other of
//          few values or on nothing, all others depend on it, on the symbol before, or on nothing.
// Errors:  those of file.hpp.
// Threads: one thread.
#pragma once

#include <vector>

#include "eventstore/columns.hpp"
#include "eventstore/file.hpp"
#include "eventstore/segment_format.hpp"

namespace yagura::eventstore {

// The block being filled: columns of equal length.
struct BlockRows {
  std::vector<std::int64_t> times, days;
  std::vector<std::vector<std::uint32_t>> ids;     // by field; empty for numbers
  std::vector<std::vector<std::int64_t>> numbers;  // by field; empty for others
  void clear();
};

class ChunkWriter {
 public:
  // directory: of the segment being written; its columns are known, and how many values they have.
  ChunkWriter(OutFile& file, const Directory& directory, int level)
      : file_(file), directory_(directory), level_(level), contexts_(directory.columns.size()) {}
  // entry: all but where it stands.
  void add(const BlockRows& rows, BlockEntry entry);
  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }
  // Writes the blocks and their table. Only when there are some.
  Result<Chunk> end();

 private:
  struct Held {
    BlockEntry entry;
    std::size_t begin = 0;         // its first row in contexts_
    std::vector<Symbols> columns;  // times, days of receipt, then each field
  };
  // Others can depend on it.
  [[nodiscard]] bool is_context(std::size_t field) const;
  [[nodiscard]] std::span<const std::uint16_t> contexts(std::int32_t context, const Held& block) const;
  [[nodiscard]] SymbolModel model(std::size_t piece, std::span<const std::int32_t> contexts) const;
  [[nodiscard]] std::vector<SymbolModel> models() const;

  OutFile& file_;
  const Directory& directory_;
  const int level_;
  std::vector<Held> blocks_;
  std::vector<std::vector<std::uint16_t>> contexts_;  // by field
};

}  // namespace yagura::eventstore
