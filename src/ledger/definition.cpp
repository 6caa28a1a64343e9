#include "ledger/definition.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::ledger {

std::span<const std::pair<std::string_view, Type>> enum_names(Type) {
  static constexpr std::pair<std::string_view, Type> names[] = {{"text", Type::text},
                                                                {"long_text", Type::long_text},
                                                                {"integer", Type::integer},
                                                                {"number", Type::number},
                                                                {"boolean", Type::boolean},
                                                                {"date", Type::date},
                                                                {"time", Type::time},
                                                                {"choice", Type::choice},
                                                                {"choices", Type::choices},
                                                                {"reference", Type::reference},
                                                                {"references", Type::references},
                                                                {"address", Type::address},
                                                                {"mac", Type::mac},
                                                                {"mail", Type::mail},
                                                                {"phone", Type::phone},
                                                                {"url", Type::url},
                                                                {"attachment", Type::attachment}};
  return names;
}

std::string_view name_of(Type type) {
  for (const auto& [name, t] : enum_names(type))
    if (t == type) return name;
  return {};
}

template <class V>
void shape(V& v, Words2& w) {
  v.required("ja", w.ja);
  v.required("en", w.en);
}
template <class V>
void shape(V& v, Choice& c) {
  v.required("id", c.id);
  v.required("name", c.name);
  v.optional("by_request", c.by_request);
}
template <class V>
void shape(V& v, Field& f) {
  v.required("id", f.id);
  v.required("name", f.name);
  v.required("type", f.type);
  v.optional("required", f.required);
  v.optional("unique", f.unique);
  v.optional("personal", f.personal);
  v.optional("in_list", f.in_list);
  v.optional("ledger", f.ledger);
  v.optional("acyclic", f.acyclic);
  v.optional("choices", f.choices);
  v.optional("choices_from", f.choices_from);
  v.optional("help", f.help);
}
template <class V>
void shape(V& v, DoneWhen& d) {
  v.required("field", d.field);
  v.required("is", d.is);
  v.optional("filled", d.filled);
}
template <class V>
void shape(V& v, Timeline& t) {
  v.required("from", t.from);
  v.required("until", t.until);
  v.optional("done", t.done);
  v.optional("group", t.group);
}
template <class V>
void shape(V& v, Definition& d) {
  v.required("id", d.id);
  v.required("name", d.name);
  v.required("title", d.title);
  v.optional("clause", d.clause);
  v.optional("expires", d.expires);
  v.optional("warn_before", d.warn_before);
  v.optional("done_when", d.done_when);
  v.required("fields", d.fields);
  v.optional("timeline", d.timeline);
}

namespace {
// What a contract adds to a shared ledger.
struct Addition {
  std::string id, clause;
  std::vector<Field> fields;
};
template <class V>
void shape(V& v, Addition& a) {
  v.required("id", a.id);
  v.optional("clause", a.clause);
  v.required("fields", a.fields);
}
}  // namespace

const Field* Definition::field(std::string_view wanted) const {
  for (const auto& f : fields)
    if (f.id == wanted) return &f;
  return nullptr;
}

bool Definition::personal() const {
  return std::ranges::any_of(fields, [](const Field& f) { return f.personal; });
}

namespace {

bool plain_name(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool refers(const Field& f) { return f.type == Type::reference || f.type == Type::references; }
bool chooses(const Field& f) { return f.type == Type::choice || f.type == Type::choices; }

std::optional<int> days_of(std::string_view text) {
  int days = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), days);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (ec != std::errc{} || unit != " d" || days < 0 || days > 3660) return std::nullopt;
  return days;
}

// Both become parts of SQL, so they are plain names of what the ledger has.
bool expiry_sound(Definition& d) {
  if (d.expires.empty()) return d.warn_before.empty() && !d.done_when;
  const Field* date = d.field(d.expires);
  const auto days = days_of(d.warn_before);
  if (!date || date->type != Type::date || !days) return false;
  d.warn_days = *days;
  if (!d.done_when) return true;
  const Field* state = d.field(d.done_when->field);
  if (!d.done_when->filled.empty() && d.field(d.done_when->filled) == nullptr) return false;
  return state && state->type == Type::choice && std::ranges::all_of(d.done_when->is, [&](const auto& id) {
           return plain_name(id) &&
                  std::ranges::find(state->choices, id, &Choice::id) != state->choices.end();
         });
}

Result<void> check(Definition& d, const Definitions& all) {
  const auto bad = [&](std::string reason) {
    return fail("ledger.definition_invalid", {{"ledger", d.id}, {"reason", std::move(reason)}});
  };
  if (!plain_name(d.id)) return bad("id");
  std::set<std::string_view> seen;
  for (const auto& f : d.fields) {
    // Field ids become parts of SQL paths, so they are plain names only.
    if (!plain_name(f.id)) return bad("field id “" + f.id + "”");
    if (!seen.insert(f.id).second) return bad("field “" + f.id + "” stands twice");
    if (refers(f) != !f.ledger.empty()) return bad("field “" + f.id + "”: ledger");
    if (refers(f) && !all.contains(f.ledger))
      return bad("field “" + f.id + "”: no ledger “" + f.ledger + "”");
    if (f.acyclic && f.ledger != d.id) return bad("field “" + f.id + "”: acyclic");
    if (chooses(f) == (f.choices.empty() && f.choices_from.empty()))
      return bad("field “" + f.id + "”: choices");
    if (f.unique && (refers(f) || f.type == Type::choices || f.type == Type::long_text))
      return bad("field “" + f.id + "”: unique");
  }
  if (d.timeline) {
    const auto lasts = [&](const std::string& id) {
      const auto* f = d.field(id);
      return f != nullptr && (f->type == Type::date || f->type == Type::time);
    };
    if (!lasts(d.timeline->from) || !lasts(d.timeline->until)) return bad("timeline");
    if (!d.timeline->done.empty() && !lasts(d.timeline->done)) return bad("timeline: done");
    const auto* group = d.field(d.timeline->group);
    if (!d.timeline->group.empty() && (group == nullptr || group->type != Type::choice))
      return bad("timeline: group");
  }
  const Field* title = d.field(d.title);
  if (!title || !title->required || title->type != Type::text) return bad("title");
  if (!expiry_sound(d)) return bad("expires, warn_before, done_when");
  return {};
}

}  // namespace

Result<Definitions> load_definitions(const std::filesystem::path& folder) {
  Definitions all;
  std::error_code ec;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  if (ec) return fail("schema.file_unreadable", {{"file", folder.string()}});
  for (const auto& file : files) {
    YAGURA_TRY(const auto value, schema::read_yaml(file));
    auto definition = schema::read<Definition>(value);
    if (!definition) {
      definition.error().args.emplace_back("file", file.string());
      return std::unexpected(std::move(definition).error());
    }
    if (definition->id != file.stem().string())
      return fail("ledger.definition_invalid",
                  {{"ledger", definition->id}, {"reason", "its file has another name"}});
    all.emplace(definition->id, std::move(*definition));
  }
  for (auto& [id, definition] : all) YAGURA_CHECK(check(definition, all));
  return all;
}

Result<Definitions> with_own(const Definitions& shared, const schema::Value& own) {
  Definitions all = shared;
  for (const auto& item : own.items()) {
    const auto& id = item["id"].text();
    const auto named = [&](Error error) {
      error.args.emplace_back("ledger", id);
      return std::unexpected(std::move(error));
    };
    if (const auto found = all.find(id); found != all.end()) {
      auto addition = schema::read<Addition>(item);
      if (!addition) return named(std::move(addition).error());
      for (auto& field : addition->fields) {
        if (field.required)
          return fail("ledger.definition_invalid",
                      {{"ledger", id}, {"reason", "field “" + field.id + "”: required"}});
        found->second.fields.push_back(std::move(field));
      }
      continue;
    }
    auto definition = schema::read<Definition>(item);
    if (!definition) return named(std::move(definition).error());
    all.emplace(id, std::move(*definition));
  }
  for (auto& [id, definition] : all) YAGURA_CHECK(check(definition, all));
  return all;
}

}  // namespace yagura::ledger
