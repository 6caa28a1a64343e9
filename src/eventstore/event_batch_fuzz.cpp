// Bytes of a batch, as a hostile agent may send them: what is accepted is written back and read again alike.
#include <cstdlib>

#include "eventstore/batch.hpp"

using namespace yagura::eventstore;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const Kind kind{"k",
                         "",
                         "",
                         "a",
                         {},
                         {{"a", FieldType::entity, "", "", {}},
                          {"b", FieldType::text, "", "", {}},
                          {"n", FieldType::number, "", "", {}}}};
  const auto read = read_batch(kind, {reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  const auto again = read_batch(kind, write_batch(kind, *read));
  if (!again || again->times != read->times || again->strings != read->strings ||
      again->columns[1].ids != read->columns[1].ids || again->columns[2].numbers != read->columns[2].numbers)
    std::abort();
  return 0;
}
