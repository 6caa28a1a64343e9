// The bytes are the body of a template in a sound archive; what is filled once can be opened again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "document/archive.hpp"
#include "document/docx_template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::document;
  ZipWriter zip;
  zip.add("word/document.xml", {reinterpret_cast<const char*>(data), size});
  const auto bytes = zip.finish();
  YAGURA_ASSERT(bytes.has_value());
  (void)docx_placeholders(*bytes);
  const TemplateValues values = {.fields = {{"a", "1\n2\t{{a}}"}, {"b", "<&>"}},
                                 .rows = {{"r", {{{"a", "x"}}, {{"c", "y"}}}}, {"s", {}}}};
  const auto filled = fill_docx(*bytes, values);
  if (filled) YAGURA_ASSERT(ZipReader::from_bytes(*filled).has_value());
  return 0;
}
