#include <algorithm>

#include "eventstore/clickhouse/row_reader.hpp"

// Rows read in pieces of any size are those read at once.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace yagura::eventstore::clickhouse;
  if (size < 3) return 0;
  const std::size_t texts = data[0] % 4, numbers = data[1] % 3, step = data[2] % 17 + 1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  const auto read = [&](std::size_t piece) {
    std::vector<std::string> out;
    RowReader reader(texts, numbers);
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      if (!reader.take(bytes.substr(at, piece), [&](const ReadRow& row) {
            std::string one = std::to_string(row.at) + "/" + std::to_string(row.kind);
            for (const auto text : row.texts) one.append("/").append(text);
            for (const auto n : row.numbers) one.append("/").append(std::to_string(n));
            out.push_back(std::move(one));
            return true;
          }))
        break;
    out.emplace_back(reader.damaged() ? "damaged" : "whole");
    return out;
  };
  if (read(step) != read(bytes.size() + 1)) __builtin_trap();
  return 0;
}
