#include "document/docx_template.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <pugixml.hpp>
#include <set>

#include "base/text.hpp"
#include "document/xml_text.hpp"

namespace yagura::document {

namespace {

constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_declaration;
constexpr int deepest = 256;

bool is(pugi::xml_node node, std::string_view name) { return name == node.name(); }

std::unexpected<Error> invalid(std::string_view name, std::string_view reason) {
  return fail("document.template_invalid", {{"name", std::string(name)}, {"reason", std::string(reason)}});
}

struct BytesWriter final : pugi::xml_writer {
  std::string out;
  void write(const void* data, std::size_t size) override {
    out.append(static_cast<const char*>(data), size);
  }
};

// Refuses trees too deep for the recursion below.
struct DepthCheck final : pugi::xml_tree_walker {
  bool for_each(pugi::xml_node&) override { return depth() < deepest; }
};

// The <w:t> of a paragraph in order, not those of paragraphs inside it (text boxes).
void own_texts(pugi::xml_node node, std::vector<pugi::xml_node>& out) {
  for (auto child : node.children()) {
    if (is(child, "w:t"))
      out.push_back(child);
    else if (!is(child, "w:p") && !is(child, "w:tbl"))
      own_texts(child, out);
  }
}

void paragraphs(pugi::xml_node node, std::vector<pugi::xml_node>& out) {
  for (auto child : node.children()) {
    if (is(child, "w:p")) out.push_back(child);
    paragraphs(child, out);
  }
}

// Those of a row's own cells, not of tables inside them.
void row_paragraphs(pugi::xml_node node, std::vector<pugi::xml_node>& out) {
  for (auto child : node.children()) {
    if (is(child, "w:p")) out.push_back(child);
    if (!is(child, "w:tbl")) row_paragraphs(child, out);
  }
}

void rows(pugi::xml_node node, std::vector<pugi::xml_node>& out) {
  for (auto child : node.children()) {
    if (is(child, "w:tr")) out.push_back(child);
    rows(child, out);
  }
}

struct Placeholder {
  std::size_t from, to;  // in the paragraph's text, with the braces
  std::string name;
};

Result<std::vector<Placeholder>> placeholders(std::string_view text) {
  std::vector<Placeholder> out;
  for (auto from = text.find("{{"); from != std::string_view::npos;) {
    const auto close = text.find("}}", from + 2);
    const auto name = trim(text.substr(from + 2, close == std::string_view::npos ? 40 : close - from - 2));
    if (close == std::string_view::npos) return invalid(name, "not closed");
    if (name.empty() || name.find('{') != std::string_view::npos) return invalid(name, "no name");
    out.push_back({from, close + 2, std::string(name)});
    from = text.find("{{", close + 2);
  }
  return out;
}

std::string text_of(const std::vector<pugi::xml_node>& texts) {
  std::string out;
  for (const auto& text : texts) out += text.text().get();
  return out;
}

// Writes a text into <w:t>; line breaks and tabs become elements after it, in the same run.
void set_text(pugi::xml_node node, std::string_view value) {
  auto run = node.parent();
  std::size_t from = 0;
  while (true) {
    const auto at = value.find_first_of("\n\t", from);
    node.text().set(std::string(value.substr(from, at - from)).c_str());
    if (!node.attribute("xml:space")) node.append_attribute("xml:space").set_value("preserve");
    if (at == std::string_view::npos) return;
    const auto gap = run.insert_child_after(value[at] == '\n' ? "w:br" : "w:tab", node);
    node = run.insert_child_after("w:t", gap);
    from = at + 1;
  }
}

using Lookup = std::function<std::optional<std::string>(std::string_view)>;

Result<> fill_paragraph(pugi::xml_node paragraph, const Lookup& lookup) {
  std::vector<pugi::xml_node> texts;
  own_texts(paragraph, texts);
  const std::string whole = text_of(texts);
  YAGURA_TRY(const auto found, placeholders(whole));
  if (found.empty()) return {};
  std::vector<std::string> values;
  for (const auto& one : found) {
    auto value = lookup(one.name);
    if (!value)
      return invalid(one.name, one.name[0] == '#' || one.name[0] == '/' ? "outside a table row" : "no value");
    values.push_back(valid_xml_text(*value));
  }
  // Each node keeps its own letters; a placeholder's value goes where its first brace stands.
  std::size_t start = 0, next = 0;
  for (auto& node : texts) {
    const std::size_t end = start + std::string_view(node.text().get()).size();
    std::string out;
    std::size_t at = start;
    bool touched = false;
    while (at < end) {
      while (next < found.size() && found[next].to <= at) ++next;
      if (next == found.size() || found[next].from >= end) {
        out.append(whole, at, end - at);
        break;
      }
      touched = true;
      if (at < found[next].from) out.append(whole, at, found[next].from - at);
      if (at <= found[next].from) out += values[next];
      at = std::min(found[next].to, end);
    }
    start = end;
    if (touched) set_text(node, out);
  }
  return {};
}

class Filler {
 public:
  explicit Filler(const TemplateValues& values) : values_(values) {}

  Result<> fill(pugi::xml_node root) {
    YAGURA_CHECK(repeat_rows(root));
    std::vector<pugi::xml_node> all;
    paragraphs(root, all);
    for (const auto& paragraph : all)
      if (!done_.contains(paragraph.hash_value()))
        YAGURA_CHECK(
            fill_paragraph(paragraph, [this](std::string_view name) { return document_value(name); }));
    return {};
  }

 private:
  [[nodiscard]] std::optional<std::string> document_value(std::string_view name) const {
    const auto found = values_.fields.find(name);
    if (found == values_.fields.end()) return std::nullopt;
    return found->second;
  }

  static std::string row_text(pugi::xml_node row) {
    std::vector<pugi::xml_node> inside;
    row_paragraphs(row, inside);
    std::string out;
    for (const auto& paragraph : inside) {
      std::vector<pugi::xml_node> texts;
      own_texts(paragraph, texts);
      out += text_of(texts) + "\n";
    }
    return out;
  }

  // The first mark {{#name}} or {{/name}} in a row, without its braces.
  static Result<std::string> mark(pugi::xml_node row, char kind, std::string_view name = {}) {
    YAGURA_TRY(const auto found, placeholders(row_text(row)));
    for (const auto& one : found)
      if (one.name[0] == kind && (name.empty() || std::string_view(one.name).substr(1) == name))
        return one.name.substr(1);
    return std::string{};
  }

  Result<> repeat_rows(pugi::xml_node root) {
    std::vector<pugi::xml_node> all;
    rows(root, all);
    std::set<std::size_t> gone;
    for (const auto& row : all) {
      if (gone.contains(row.hash_value())) continue;
      YAGURA_TRY(const std::string name, mark(row, '#'));
      if (name.empty()) continue;
      std::vector<pugi::xml_node> block;
      bool closed = false;
      for (auto at = row; at && !closed; at = at.next_sibling("w:tr")) {
        YAGURA_TRY(const std::string end, mark(at, '/', name));
        closed = !end.empty();
        block.push_back(at);
      }
      if (!closed) return invalid("#" + name, "not closed");
      const auto entries = values_.rows.find(name);
      if (entries == values_.rows.end()) return invalid("#" + name, "no value");
      for (const auto& entry : entries->second) YAGURA_CHECK(add_copies(block, name, entry));
      for (auto& old : block) remember_gone(old, gone);
      for (auto& old : block) old.parent().remove_child(old);
    }
    return {};
  }

  static void remember_gone(pugi::xml_node row, std::set<std::size_t>& gone) {
    std::vector<pugi::xml_node> inner;
    rows(row, inner);
    gone.insert(row.hash_value());
    for (const auto& one : inner) gone.insert(one.hash_value());
  }

  Result<> add_copies(const std::vector<pugi::xml_node>& block, const std::string& name,
                      const TemplateFields& entry) {
    const auto lookup = [&](std::string_view wanted) -> std::optional<std::string> {
      if (wanted.size() == name.size() + 1 && (wanted[0] == '#' || wanted[0] == '/') &&
          wanted.substr(1) == name)
        return std::string{};
      const auto own = entry.find(wanted);
      return own != entry.end() ? std::optional(own->second) : document_value(wanted);
    };
    for (const auto& row : block) {
      auto copy = row.parent().insert_copy_before(row, block.front());
      std::vector<pugi::xml_node> inside;
      paragraphs(copy, inside);
      for (const auto& paragraph : inside) {
        YAGURA_CHECK(fill_paragraph(paragraph, lookup));
        done_.insert(paragraph.hash_value());
      }
    }
    return {};
  }

  const TemplateValues& values_;
  std::set<std::size_t> done_;
};

bool has_text(std::string_view part) {
  return part.starts_with("word/") && part.ends_with(".xml") &&
         (part == "word/document.xml" || part.starts_with("word/header") || part.starts_with("word/footer") ||
          part == "word/footnotes.xml" || part == "word/endnotes.xml");
}

Result<> parse(pugi::xml_document& into, const std::string& bytes, const std::string& part) {
  const auto parsed = into.load_buffer(bytes.data(), bytes.size(), parse_flags);
  if (!parsed) return fail("document.broken", {{"part", part}, {"reason", parsed.description()}});
  DepthCheck check;
  if (!into.traverse(check))
    return fail("document.broken", {{"part", part}, {"reason", "nested too deeply"}});
  return {};
}

Result<ZipReader> open_template(std::string bytes, const ArchiveLimits& limits) {
  YAGURA_TRY(auto zip, ZipReader::from_bytes(std::move(bytes), limits));
  if (!zip.has("word/document.xml")) return fail("document.not_a_document");
  return zip;
}

}  // namespace

Result<std::string> fill_docx(std::string template_bytes, const TemplateValues& values,
                              const ArchiveLimits& limits) {
  YAGURA_TRY(auto zip, open_template(std::move(template_bytes), limits));
  ZipWriter out;
  for (const auto& name : zip.names()) {
    if (name.ends_with('/')) continue;
    YAGURA_TRY(auto bytes, zip.read(name));
    if (has_text(name) && bytes.find('{') == std::string::npos) {
      out.add(name, std::move(bytes));
      continue;
    }
    if (has_text(name)) {
      pugi::xml_document document;
      YAGURA_CHECK(parse(document, bytes, name));
      Filler filler(values);
      YAGURA_CHECK(filler.fill(document));
      BytesWriter writer;
      document.save(writer, "", pugi::format_raw, pugi::encoding_utf8);
      bytes = std::move(writer.out);
    }
    out.add(name, std::move(bytes));
  }
  return out.finish();
}

Result<std::vector<std::string>> docx_placeholders(std::string template_bytes, const ArchiveLimits& limits) {
  YAGURA_TRY(auto zip, open_template(std::move(template_bytes), limits));
  std::vector<std::string> out;
  for (const auto& name : zip.names()) {
    if (!has_text(name)) continue;
    YAGURA_TRY(const auto bytes, zip.read(name));
    pugi::xml_document document;
    YAGURA_CHECK(parse(document, bytes, name));
    std::vector<pugi::xml_node> all;
    paragraphs(document, all);
    for (const auto& paragraph : all) {
      std::vector<pugi::xml_node> texts;
      own_texts(paragraph, texts);
      YAGURA_TRY(const auto found, placeholders(text_of(texts)));
      for (const auto& one : found)
        if (std::ranges::find(out, one.name) == out.end()) out.push_back(one.name);
    }
  }
  return out;
}

}  // namespace yagura::document
