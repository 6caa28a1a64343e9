#include "eventstore/chunk_writer.hpp"

#include <algorithm>

#include "eventstore/text_column.hpp"

namespace yagura::eventstore {

namespace {
constexpr std::uint32_t most_contexts = 1024;
// So many blocks tell which context is best.
constexpr std::size_t blocks_to_try = 24;
}  // namespace

void BlockRows::clear() {
  times.clear();
  days.clear();
  for (auto& column : ids) column.clear();
  for (auto& column : numbers) column.clear();
}

bool ChunkWriter::is_context(std::size_t field) const {
  const auto& column = directory_.columns[field];
  return (column.type == FieldType::category || column.type == FieldType::entity) &&
         column.known <= most_contexts;
}

void ChunkWriter::add(const BlockRows& rows, BlockEntry entry) {
  Held held;
  held.begin = blocks_.empty() ? 0 : blocks_.back().begin + blocks_.back().entry.rows;
  held.columns.push_back(split_times(rows.times));
  held.columns.push_back(split_times(rows.days));
  for (std::size_t c = 0; c < directory_.columns.size(); ++c) {
    const auto& column = directory_.columns[c];
    held.columns.push_back(column.type == FieldType::number ? split_numbers(rows.numbers[c])
                           : column.type == FieldType::text ? split_texts(rows.ids[c], entry.first_texts[c])
                                                            : split_ids(rows.ids[c], column.known));
    if (is_context(c)) contexts_[c].insert(contexts_[c].end(), rows.ids[c].begin(), rows.ids[c].end());
  }
  held.entry = std::move(entry);
  blocks_.push_back(std::move(held));
}

std::span<const std::uint16_t> ChunkWriter::contexts(std::int32_t context, const Held& block) const {
  if (context < 0) return {};
  return std::span(contexts_[static_cast<std::size_t>(context)]).subspan(block.begin, block.entry.rows);
}

SymbolModel ChunkWriter::model(std::size_t piece, std::span<const std::int32_t> tried) const {
  ModelMaker maker;
  const auto add = [&](std::int32_t context, std::size_t step) {
    maker.begin(context, context < 0 ? 0 : directory_.columns[static_cast<std::size_t>(context)].known);
    for (std::size_t b = 0; b < blocks_.size(); b += step)
      maker.add(blocks_[b].columns[piece].symbols, contexts(context, blocks_[b]));
  };
  std::int32_t best = tried.front();
  double least = 0;
  for (const auto context : tried) {
    add(context, blocks_.size() / blocks_to_try + 1);
    const auto bits = maker.bits();
    if (context == tried.front() || bits < least) best = context, least = bits;
  }
  add(best, 1);
  return maker.make();
}

std::vector<SymbolModel> ChunkWriter::models() const {
  std::vector<SymbolModel> out(directory_.columns.size() + 2);
  const auto context = directory_.context;
  const bool usable = context >= 0 && is_context(static_cast<std::size_t>(context));
  std::vector<std::int32_t> alone = {SymbolModel::nothing, SymbolModel::before}, others = alone;
  std::int32_t of_context = SymbolModel::nothing;
  if (usable) {
    for (std::size_t c = 0; c < directory_.columns.size(); ++c)
      if (is_context(c) && static_cast<std::int32_t>(c) != context)
        others.push_back(static_cast<std::int32_t>(c));
    const auto piece = static_cast<std::size_t>(context) + 2;
    out[piece] = model(piece, others);
    of_context = out[piece].context;
    others = {SymbolModel::nothing, SymbolModel::before, context};
  }
  for (std::size_t piece = 0; piece < out.size(); ++piece) {
    const auto field = static_cast<std::int32_t>(piece) - 2;
    if (usable && field == context) continue;
    // What the context itself depends on must be read before it.
    out[piece] = model(piece, field < 0 || field == of_context ? alone : others);
  }
  return out;
}

Result<Chunk> ChunkWriter::end() {
  Chunk chunk;
  chunk.blocks = static_cast<std::uint32_t>(blocks_.size());
  const auto found = models();
  std::vector<Coder> coders(found.begin(), found.end());
  std::vector<BlockEntry> entries;
  std::string bytes;
  for (auto& block : blocks_) {
    block.entry.offset = file_.size();
    bytes.clear();
    for (std::size_t piece = 0; piece < coders.size(); ++piece) {
      const auto begin = bytes.size();
      coders[piece].put(block.columns[piece], contexts(found[piece].context, block), bytes);
      block.entry.pieces.push_back(static_cast<std::uint32_t>(bytes.size() - begin));
    }
    YAGURA_CHECK(file_.append(bytes));
    entries.push_back(std::move(block.entry));
  }
  chunk.first_time = std::ranges::min_element(entries, {}, &BlockEntry::first_time)->first_time;
  chunk.last_time = std::ranges::max_element(entries, {}, &BlockEntry::last_time)->last_time;
  std::string table;
  put_text(table, write_models(found));
  table += write_blocks(entries, directory_.columns.size());
  YAGURA_TRY(chunk.table, put(file_, table, level_));
  blocks_.clear();
  for (auto& column : contexts_) column.clear();
  return chunk;
}

}  // namespace yagura::eventstore
