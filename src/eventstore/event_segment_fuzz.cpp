// Tables and columns of a segment as a damaged disk or a hostile hand may leave them behind a checksum that
// holds: each reader refuses them or stays within their bytes. The first byte says which reader.
#include <cstdlib>

#include "eventstore/columns.hpp"
#include "eventstore/segment_format.hpp"

using namespace yagura::eventstore;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr std::size_t rows = 40;
  std::vector<std::int64_t> numbers;
  std::vector<std::uint32_t> ids;
  switch (data[0] % 9) {
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
      break;
    case 6:
      if (unpack_ids(bytes, rows, 300, {}, ids))
        for (const auto id : ids)
          if (id >= 300) std::abort();
      break;
    case 7:
      (void)unpack_texts(bytes, rows, 7, {}, ids);
      break;
    default:
      (void)unpack_times(bytes, rows, numbers);
  }
  return 0;
}
