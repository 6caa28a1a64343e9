#include "document/xlsx_parts.hpp"

#include <fmt/format.h>

#include <map>
#include <pugixml.hpp>

#include "document/xml_stream.hpp"

namespace yagura::document {

namespace {

std::string_view local_name(const char* name) {
  const std::string_view whole(name);
  const auto colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

std::string_view attribute(pugi::xml_node node, std::string_view name) {
  for (const auto a : node.attributes())
    if (local_name(a.name()) == name) return a.value();
  return {};
}

pugi::xml_node child(pugi::xml_node node, std::string_view name) {
  for (const auto c : node.children())
    if (local_name(c.name()) == name) return c;
  return {};
}

Result<> parse(pugi::xml_document& into, ZipReader& archive, const std::string& part) {
  YAGURA_TRY(const auto bytes, archive.read(part));
  const auto parsed = into.load_buffer(bytes.data(), bytes.size());
  if (!parsed) return fail("document.broken", {{"part", part}, {"reason", parsed.description()}});
  return {};
}

struct Relation {
  std::string type, target;
};

// base: the folder of the part the relations belong to, "" or "xl/".
Result<std::map<std::string, Relation>> relations(ZipReader& archive, const std::string& part,
                                                  const std::string& base) {
  pugi::xml_document document;
  YAGURA_CHECK(parse(document, archive, part));
  std::map<std::string, Relation> out;
  for (const auto node : document.document_element().children()) {
    std::string target(attribute(node, "Target"));
    target = target.starts_with('/') ? target.substr(1) : base + target;
    out[std::string(attribute(node, "Id"))] = {std::string(attribute(node, "Type")), target};
  }
  return out;
}

int to_int(std::string_view text, int otherwise) {
  int value = 0;
  if (text.empty() || text.size() > 9) return otherwise;
  for (const char c : text) {
    if (c < '0' || c > '9') return otherwise;
    value = value * 10 + (c - '0');
  }
  return value;
}

Result<std::vector<DateFormat>> load_styles(ZipReader& archive, const std::string& part) {
  pugi::xml_document document;
  YAGURA_CHECK(parse(document, archive, part));
  std::map<int, DateFormat> custom;
  for (const auto format : child(document.document_element(), "numFmts").children())
    custom[to_int(attribute(format, "numFmtId"), -1)] = classify_format(attribute(format, "formatCode"));
  std::vector<DateFormat> out;
  for (const auto xf : child(document.document_element(), "cellXfs").children()) {
    if (local_name(xf.name()) != "xf") continue;
    const int id = to_int(attribute(xf, "numFmtId"), 0);
    const auto found = custom.find(id);
    out.push_back(found == custom.end() ? built_in_format(id) : found->second);
  }
  return out;
}

// <si> holds <t>, or runs <r><t>; <rPh> holds the reading of the characters and is skipped.
class StringsHandler final : public XmlHandler {
 public:
  StringsHandler(SharedStrings& into, const XlsxLimits& limits) : into_(into), limits_(limits) {}

  Result<> start(std::string_view name, XmlAttributes) override {
    if (name == "rPh") ++phonetic_;
    if (name == "si") in_item_ = true, length_ = 0;
    in_text_ = name == "t" && in_item_ && phonetic_ == 0;
    return {};
  }
  Result<> end(std::string_view name) override {
    in_text_ = false;
    if (name == "rPh" && phonetic_ > 0) --phonetic_;
    if (name != "si") return {};
    in_item_ = false;
    if (length_ > limits_.cell_bytes)
      return fail("document.too_large", {{"what", "cell"}, {"limit", fmt::to_string(limits_.cell_bytes)}});
    into_.end_of_string();
    if (into_.bytes() > limits_.shared_string_bytes)
      return fail("document.too_large",
                  {{"what", "shared strings"}, {"limit", fmt::to_string(limits_.shared_string_bytes)}});
    return {};
  }
  void text(std::string_view piece) override {
    if (!in_text_) return;
    length_ += piece.size();
    if (length_ <= limits_.cell_bytes) into_.append(piece);
  }

 private:
  SharedStrings& into_;
  const XlsxLimits& limits_;
  int phonetic_ = 0;
  std::size_t length_ = 0;
  bool in_item_ = false, in_text_ = false;
};

Result<> load_strings(SharedStrings& into, ZipReader& archive, const std::string& part,
                      const XlsxLimits& limits) {
  StringsHandler handler(into, limits);
  XmlStream stream(part, handler);
  YAGURA_CHECK(archive.stream(part, [&](std::string_view piece) { return stream.feed(piece); }));
  return stream.finish();
}

Result<std::string> workbook_part(ZipReader& archive) {
  const auto no = [] { return fail("document.not_a_workbook"); };
  if (!archive.has("_rels/.rels")) return no();
  YAGURA_TRY(const auto top, relations(archive, "_rels/.rels", ""));
  for (const auto& [id, relation] : top)
    if (relation.type.ends_with("/officeDocument")) {
      if (!archive.has(relation.target)) return no();
      return relation.target;
    }
  return no();
}

bool is_true(std::string_view text) { return text == "1" || text == "true"; }

}  // namespace

Result<WorkbookParts> load_workbook(ZipReader& archive, const XlsxLimits& limits) {
  YAGURA_TRY(const std::string part, workbook_part(archive));
  const auto slash = part.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : part.substr(0, slash + 1);
  pugi::xml_document workbook;
  YAGURA_CHECK(parse(workbook, archive, part));
  if (local_name(workbook.document_element().name()) != "workbook") return fail("document.not_a_workbook");
  YAGURA_TRY(const auto links,
             relations(archive, folder + "_rels/" + part.substr(folder.size()) + ".rels", folder));

  WorkbookParts out;
  out.date1904 = is_true(attribute(child(workbook.document_element(), "workbookPr"), "date1904"));
  for (const auto node : child(workbook.document_element(), "sheets").children()) {
    if (local_name(node.name()) != "sheet") continue;
    const auto link = links.find(std::string(attribute(node, "id")));
    if (link == links.end() || !link->second.type.ends_with("/worksheet"))
      continue;  // chart sheets and the like
    const auto state = attribute(node, "state");
    out.sheets.push_back(
        {std::string(attribute(node, "name")), link->second.target, !state.empty() && state != "visible"});
  }
  if (out.sheets.empty()) return fail("document.not_a_workbook");
  for (const auto& [id, relation] : links) {
    if (relation.type.ends_with("/styles")) {
      YAGURA_TRY(out.styles, load_styles(archive, relation.target));
    } else if (relation.type.ends_with("/sharedStrings")) {
      YAGURA_CHECK(load_strings(out.strings, archive, relation.target, limits));
    }
  }
  return out;
}

}  // namespace yagura::document
