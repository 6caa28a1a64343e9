// One row of the generator's table, and the columns it has.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace yagura::bench {

// Columns of the TSV: ts_ms pc user dept kind app title path drive usb url bytes.
constexpr std::size_t tsv_columns = 12;

struct Record {
  std::int64_t at_ms = 0, bytes = 0;
  // As the fields of share/events/operation.yaml but the last, which is `bytes`.
  std::array<std::string_view, 10> texts;
};

}  // namespace yagura::bench
