// The bytes of a sheet inside a sound archive: a fuzzer seldom finds its way through the checksums of a zip.
#include <cstddef>
#include <cstdint>
#include <string>

#include "document/archive.hpp"
#include "document/xlsx_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura;
  const std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
  const auto link = [&](const char* id, const char* kind, const char* target) {
    return "<Relationship Id=\"" + std::string(id) + "\" Type=\"" + type + kind + "\" Target=\"" + target +
           "\"/>";
  };
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find('\0');  // sheet, then styles
  document::ZipWriter zip;
  zip.add("_rels/.rels", "<R>" + link("a", "officeDocument", "xl/w.xml") + "</R>");
  zip.add("xl/w.xml", "<workbook><sheets><sheet name='s' r:id='b'/></sheets></workbook>");
  zip.add("xl/_rels/w.xml.rels", "<R>" + link("b", "worksheet", "s.xml") + link("c", "styles", "t.xml") +
                                     link("d", "sharedStrings", "ss.xml") + "</R>");
  zip.add("xl/s.xml", text.substr(0, cut));
  zip.add("xl/t.xml",
          cut == std::string::npos ? "<s><cellXfs><xf numFmtId='14'/></cellXfs></s>" : text.substr(cut + 1));
  zip.add("xl/ss.xml", "<sst><si><t>x</t><rPh><t>y</t></rPh></si></sst>");
  auto bytes = zip.finish();
  YAGURA_ASSERT(bytes.has_value());
  auto book = document::XlsxReader::from_bytes(*std::move(bytes));
  if (!book) return 0;
  (void)book->rows(0, [](const document::Row& row) -> Result<> {
    for (const auto& cell : row.cells) (void)document::to_text(cell);
    return {};
  });
  return 0;
}
