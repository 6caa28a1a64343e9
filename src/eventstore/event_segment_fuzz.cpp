// Tables and columns of a segment as a damaged disk or a hostile hand may leave them behind a checksum that
// holds: each reader refuses them or stays within their bytes. The first byte says which reader.
#include <algorithm>
#include <cstdlib>

#include "eventstore/coding.hpp"
#include "eventstore/columns.hpp"
#include "eventstore/learned.hpp"
#include "eventstore/outline.hpp"
#include "eventstore/segment_format.hpp"

using namespace yagura::eventstore;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr std::size_t rows = 40;
  std::vector<std::int64_t> numbers;
  std::vector<std::uint32_t> ids;
  switch (data[0] % 11) {
    case 0:
      // What is read is written back as it was read.
      if (const auto read = read_directory(bytes); read && !read_directory(write_directory(*read)))
        std::abort();
      break;
    case 1:
      if (const auto read = read_blocks(bytes, 3); read && !read_blocks(write_blocks(*read, 3), 3))
        std::abort();
      break;
    case 2:
      (void)read_pages(bytes);
      break;
    case 3:
      if (const auto read = read_texts(bytes); read && write_texts(*read).size() > bytes.size()) std::abort();
      break;
    case 4:
      if (const auto read = read_lists(bytes, 1000))
        for (const auto& list : *read)
          for (const auto v : list)
            if (v >= 1000) std::abort();
      break;
    case 5:
      (void)read_cube(bytes);
      if (const auto read = read_totals(bytes); read && !read_totals(write_totals(*read))) std::abort();
      break;
    case 6: {
      // Two bytes say how long the models are; with each of them what follows is a piece.
      if (bytes.size() < 2) break;
      const auto length = static_cast<unsigned char>(bytes[0]) << 8U | static_cast<unsigned char>(bytes[1]);
      const auto models = read_models(bytes.substr(2, length), 3);
      if (!models) break;
      if (!read_models(write_models(*models), 3)) std::abort();
      const auto payload = bytes.substr(std::min<std::size_t>(bytes.size(), 2U + length));
      std::string piece;
      put_frame(piece, payload, 0);
      ids.assign(rows, 2);
      for (const auto& model : *models)
        if (const auto column = Decoder(model).take(piece, rows, ids);
            column && column->symbols.size() != rows)
          std::abort();
      break;
    }
    case 7:
      if (const auto read = read_learned(bytes, 0); read && !read_learned(write_learned(*read), 0))
        std::abort();
      break;
    case 8: {
      // The first bytes say of how many pages and fragments the block is said to be.
      if (bytes.size() < 3) break;
      GramTable table;
      table.pages = 1U + static_cast<unsigned char>(bytes[0]);
      table.fragments = 1U + static_cast<unsigned char>(bytes[1]);
      table.blocks.assign(1U + static_cast<unsigned char>(bytes[2]) % 4U, 0);
      const auto block = std::string(bytes.substr(3)) + std::string(8, '\0');
      for (std::uint64_t part = 0; part < 64; ++part)
        if (const auto pages =
                table.pages_with(part << 58U, std::string_view(block).substr(0, block.size() - 8)))
          for (std::size_t p = table.pages; p < pages->size(); ++p)
            if (pages->test(p)) std::abort();
      break;
    }
    case 10:
      if (const auto read = Outline::read(bytes); read && !Outline::read(Outline::write(*read))) std::abort();
      break;
    default: {
      const Symbols column{std::string(bytes.substr(0, rows)),
                           std::string(bytes.substr(std::min(rows, bytes.size())))};
      if (join_ids(column, 300, ids))
        for (const auto id : ids)
          if (id >= 300) std::abort();
      (void)join_texts(column, 7, ids);
      (void)join_numbers(column, numbers);
      (void)join_times(column, numbers);
    }
  }
  return 0;
}
