#include "monitor/syslog/vendor.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::syslog {

std::span<const std::pair<std::string_view, VendorFile::Format>> enum_names(VendorFile::Format) {
  using enum VendorFile::Format;
  static constexpr std::pair<std::string_view, VendorFile::Format> names[] = {
      {"kv", kv},          {"csv", csv},   {"json", json},
      {"cef", cef},        {"leef", leef}, {"structured_data", structured_data},
      {"pattern", pattern}};
  return names;
}

std::span<const std::pair<std::string_view, VendorFile::Part>> enum_names(VendorFile::Part) {
  using enum VendorFile::Part;
  static constexpr std::pair<std::string_view, VendorFile::Part> names[] = {
      {"content", content}, {"message", message}, {"structured_data", structured_data}};
  return names;
}

template <class V>
void shape(V& v, VendorFile::Title& t) {
  v.required("ja", t.ja);
  v.required("en", t.en);
}
template <class V>
void shape(V& v, VendorFile::Recognise& r) {
  v.optional("starts", r.starts);
  v.optional("apps", r.apps);
  v.optional("keys", r.keys);
}
template <class V>
void shape(V& v, VendorFile::Case& c) {
  v.required("when", c.when);
  v.optional("kind", c.kind);
  v.optional("set", c.set);
  v.optional("fields", c.fields);
}
template <class V>
void shape(V& v, VendorFile::Line& l) {
  v.required("line", l.line);
  v.optional("kind", l.kind);
  v.optional("set", l.set);
}
template <class V>
void shape(V& v, VendorFile& f) {
  v.required("vendor", f.vendor);
  v.required("title", f.title);
  v.required("reference", f.reference);
  v.optional("order", f.order);
  v.required("kind", f.kind);
  v.required("format", f.format);
  v.optional("part", f.part);
  v.optional("separator", f.separator);
  v.required("recognise", f.recognise);
  v.optional("columns_by", f.columns_by);
  v.optional("columns", f.columns);
  v.optional("time", f.time);
  v.optional("set", f.set);
  v.optional("fields", f.fields);
  v.optional("values", f.values);
  v.optional("drop", f.drop);
  v.optional("cases", f.cases);
  v.optional("lines", f.lines);
}

Result<VendorFile> read_vendor_file(const std::filesystem::path& file) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  YAGURA_TRY(auto out, schema::read<VendorFile>(value));
  const auto bad = [&](std::string reason) {
    return fail("monitor.syslog_vendor_invalid", {{"file", file.string()}, {"reason", std::move(reason)}});
  };
  if (out.vendor != file.stem().string()) return bad("vendor is not the file's name");
  if (out.separator.size() != 1) return bad("separator is one character");
  if ((out.format == VendorFile::Format::pattern) == out.lines.empty())
    return bad("lines belong to the format pattern");
  if ((out.format == VendorFile::Format::csv) == out.columns.empty())
    return bad("columns belong to the format csv");
  if (out.recognise.starts.empty() && out.recognise.apps.empty() && out.recognise.keys.empty())
    return bad("recognise says nothing");
  return out;
}

}  // namespace yagura::monitor::syslog
