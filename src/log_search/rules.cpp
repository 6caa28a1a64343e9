#include "log_search/rules.hpp"

#include <algorithm>

#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::calendar {
template <class V>
void shape(V& v, Words& w) {
  v.required("ja", w.ja);
  v.required("en", w.en);
}
}  // namespace yagura::calendar

namespace yagura::log_search {

template <class V>
void shape(V& v, Subject& s) {
  v.required("id", s.id);
  v.required("title", s.title);
  v.required("fields", s.fields);
  v.optional("part", s.part);
}
template <class V>
void shape(V& v, Example& e) {
  v.required("title", e.title);
  v.required("text", e.text);
  v.required("kind", e.kind);
}
template <class V>
void shape(V& v, Rules& r) {
  v.required("device_kinds", r.device_kinds);
  v.required("subjects", r.subjects);
  v.required("purposes", r.purposes);
  v.required("examples", r.examples);
}

Result<Rules> Rules::load(const std::filesystem::path& file) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  auto read = schema::read<Rules>(value);
  if (!read) return fail("log_search.rules_invalid", {{"reason", read.error().text()}});
  return read;
}

bool Rules::is_personal(std::string_view kind) const {
  return std::ranges::find(device_kinds, kind) == device_kinds.end();
}

const Subject* Rules::subject(std::string_view id) const {
  const auto found = std::ranges::find(subjects, id, &Subject::id);
  return found == subjects.end() ? nullptr : &*found;
}

}  // namespace yagura::log_search
