#include "contract/rulebook.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "contract/value_types.hpp"
#include "schema/yaml.hpp"

namespace yagura::contract {

using schema::Value;

namespace {

std::string comma_list(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

// Reads one description; the first thing wrong with it is the error.
class SpecReader {
 public:
  explicit SpecReader(std::string file) : file_(std::move(file)) {}

  Result<Keys> keys(const Value& value) const {
    Keys keys;
    for (const auto& [name, spec] : value.members()) {
      YAGURA_TRY(keys[name], key(name, spec));
    }
    return keys;
  }
  Result<ShapeSpec> shape(const Value& value) const {
    ShapeSpec spec;
    YAGURA_TRY(spec.keys, keys(value["keys"]));
    for (const auto& name : value["exactly_one"].items()) {
      if (!spec.keys.contains(name.text())) return wrong("exactly_one: " + name.text());
      spec.exactly_one.push_back(name.text());
    }
    return spec;
  }
  [[nodiscard]] std::unexpected<Error> wrong(std::string what) const {
    return fail("contract.rulebook_invalid", {{"file", file_}, {"what", std::move(what)}});
  }

 private:
  [[nodiscard]] Result<KeySpec> key(const std::string& name, const Value& value) const {
    static constexpr std::array<std::string_view, 10> known = {"type", "of",  "to", "required", "choices",
                                                               "min",  "max", "ja", "en",       ""};
    for (const auto& [part, _] : value.members())
      if (std::ranges::find(known, part) == known.end()) return wrong(name + "." + part);
    KeySpec spec{
        value["type"].text(), value["of"].text(), value["to"].text(), value["required"].boolean(), {}, {}, {},
        value["ja"].text(),   value["en"].text()};
    for (const auto& choice : value["choices"].items()) spec.choices.push_back(choice.text());
    if (value["min"].is_number()) spec.min = value["min"].real();
    if (value["max"].is_number()) spec.max = value["max"].real();
    if (spec.ja.empty() || spec.en.empty()) return wrong(name + ": ja, en");
    if (spec.type.empty()) return wrong(name + ": type");
    if ((spec.type == "choice" || spec.of == "choice") == spec.choices.empty())
      return wrong(name + ": choices");
    if ((spec.type == "ref" || spec.of == "ref") == spec.to.empty()) return wrong(name + ": to");
    if ((spec.type == "list" || spec.type == "map") == spec.of.empty()) return wrong(name + ": of");
    return spec;
  }

  std::string file_;
};

bool is_type(const std::string& type, const std::map<std::string, ShapeSpec>& shapes) {
  return type == "list" || type == "map" || type == "ref" || type == "choice" || is_simple_type(type) ||
         shapes.contains(type);
}

// Walks a tree beside its description.
class Checker {
 public:
  Checker(const Tree& tree, const std::map<std::string, ShapeSpec>& shapes) : tree_(tree), shapes_(shapes) {}

  void object(const Value& value, const Keys& keys, const std::string& path, bool is_thing) {
    if (!value.is_object()) return wrong_kind(value, path, "object");
    for (const auto& [name, member] : value.members()) {
      const auto spec = keys.find(name);
      if (spec != keys.end()) {
        if (!member.is_null()) one(member, spec->second, inside(path, name));
      } else if (!(is_thing && name == "remove")) {
        std::vector<std::string> names;
        for (const auto& [known, _] : keys) names.push_back(known);
        add(member, {"schema.unknown_key", {{"path", inside(path, name)}, {"choices", comma_list(names)}}});
      }
    }
    for (const auto& [name, spec] : keys)
      if (spec.required && value[name].is_null())
        add(value, {"schema.missing", {{"path", inside(path, name)}}});
  }

  std::vector<Fault> take() { return std::move(faults_); }

 private:
  static std::string inside(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
  }
  void add(const Value& value, Error error) {
    const auto place = tree_.place(value);
    faults_.push_back({place.file, place.line, std::move(error)});
  }
  void wrong_kind(const Value& value, const std::string& path, const char* wanted) {
    add(value, {"schema.wrong_kind", {{"path", path}, {"wanted", wanted}}});
  }

  void one(const Value& value, const KeySpec& spec, const std::string& path) {
    if (spec.type == "list") return list(value, spec, path);
    if (spec.type == "map") return map(value, spec, path);
    single(value, spec, spec.type, path);
  }

  void single(const Value& value, const KeySpec& spec, const std::string& type, const std::string& path) {
    if (const auto shape = shapes_.find(type); shape != shapes_.end()) {
      object(value, shape->second.keys, path, shape->second.keys.contains("id"));
      return exactly_one(value, shape->second, path);
    }
    if (value.is_object() != (type == "words") || value.is_array())
      return wrong_kind(value, path, type == "words" ? "{ja: …, en: …}" : "text");
    if (type == "ref") return reference(value, spec.to, path);
    if (type == "choice") {
      if (std::ranges::find(spec.choices, value.text()) == spec.choices.end())
        add(value, {"schema.not_a_choice", {{"path", path}, {"choices", comma_list(spec.choices)}}});
      return;
    }
    if (auto bad = check_simple(value, type)) {
      bad->args.insert(bad->args.begin(), {"path", path});
      return add(value, *std::move(bad));
    }
    if (value.is_number() &&
        ((spec.min && value.real() < *spec.min) || (spec.max && value.real() > *spec.max)))
      add(value, {"schema.out_of_range", {{"path", path}}});
  }

  void list(const Value& value, const KeySpec& spec, const std::string& path) {
    if (!value.is_array()) return wrong_kind(value, path, "list");
    std::set<std::string> ids;
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const auto& item = value.items()[i];
      const auto id = item.is_object() ? item["id"].text() : "";
      const auto at = inside(path, id.empty() ? std::to_string(i) : id);
      if (!id.empty() && !ids.insert(id).second)
        add(item, {"contract.duplicate_id", {{"path", path}, {"id", id}}});
      single(item, spec, element_type(spec), at);
    }
  }
  void map(const Value& value, const KeySpec& spec, const std::string& path) {
    if (!value.is_object()) return wrong_kind(value, path, "object");
    for (const auto& [name, member] : value.members()) single(member, spec, spec.of, inside(path, name));
  }
  // `of: ref` and `of: choice` use the `to` and `choices` of the list itself.
  static const std::string& element_type(const KeySpec& spec) { return spec.of; }

  void exactly_one(const Value& value, const ShapeSpec& shape, const std::string& path) {
    if (shape.exactly_one.empty() || !value.is_object()) return;
    const auto present =
        std::ranges::count_if(shape.exactly_one, [&](const auto& n) { return !value[n].is_null(); });
    if (present != 1)
      add(value, {"contract.exactly_one", {{"path", path}, {"choices", comma_list(shape.exactly_one)}}});
  }

  void reference(const Value& value, const std::string& to, const std::string& path) {
    // `list.part`: things within the things of a list, named the same way.
    const auto dot = to.find('.');
    std::vector<std::string> ids;
    for (const auto& item : tree_.root()[to.substr(0, dot)].items()) {
      if (dot == std::string::npos)
        ids.push_back(item["id"].text());
      else
        for (const auto& part : item[to.substr(dot + 1)].items())
          ids.push_back(item["id"].text() + "." + part["id"].text());
    }
    if (std::ranges::find(ids, value.text()) == ids.end())
      add(value,
          {"contract.unknown_reference",
           {{"path", path}, {"id", value.text().substr(0, 64)}, {"to", to}, {"choices", comma_list(ids)}}});
  }

  const Tree& tree_;
  const std::map<std::string, ShapeSpec>& shapes_;
  std::vector<Fault> faults_;
};

}  // namespace

Result<Rulebook> Rulebook::load(const std::filesystem::path& folder) {
  std::vector<Fault> faults;
  const auto tree = Tree::read(folder, faults);
  if (!faults.empty()) return std::unexpected(faults.front().error);
  Rulebook book;
  for (const auto& [name, value] : tree.files()) {
    const SpecReader reader(name);
    FileSpec file{value["file"].text(), value["ja"].text(), value["en"].text(), {}};
    if (file.file != name || file.ja.empty() || file.en.empty()) return reader.wrong("file, ja, en");
    YAGURA_TRY(file.keys, reader.keys(value["keys"]));
    for (const auto& [key, spec] : file.keys)
      if (!book.top_.emplace(key, spec).second) return reader.wrong(key);
    for (const auto& [shape, spec] : value["shapes"].members()) {
      YAGURA_TRY(auto read, reader.shape(spec));
      if (!book.shapes_.emplace(shape, std::move(read)).second) return reader.wrong(shape);
    }
    book.files_.push_back(std::move(file));
  }
  if (book.files_.empty())
    return fail("contract.rulebook_invalid", {{"file", folder.string()}, {"what", "*.yaml"}});
  const auto check = [&](const std::string& where, const Keys& keys) -> Result<> {
    for (const auto& [name, spec] : keys) {
      if (!is_type(spec.type, book.shapes_) || (!spec.of.empty() && !is_type(spec.of, book.shapes_)))
        return SpecReader(where).wrong(name + ": " + spec.type + " " + spec.of);
      if (!spec.to.empty() && !book.top_.contains(spec.to.substr(0, spec.to.find('.'))))
        return SpecReader(where).wrong(name + ": " + spec.to);
    }
    return {};
  };
  YAGURA_CHECK(check("keys", book.top_));
  for (const auto& [name, shape] : book.shapes_) YAGURA_CHECK(check(name, shape.keys));
  return book;
}

std::vector<Fault> Rulebook::check(const Tree& tree) const {
  std::vector<Fault> faults;
  for (const auto& [name, value] : tree.files()) {
    const auto file = std::ranges::find(files_, name, &FileSpec::file);
    for (const auto& [key, member] : value.members()) {
      const auto place = tree.place(member);
      if (file == files_.end()) {
        faults.push_back({place.file, 1, {"contract.unknown_file", {{"file", name}}}});
        break;
      }
      const auto home =
          std::ranges::find_if(files_, [&](const FileSpec& other) { return other.keys.contains(key); });
      if (home != files_.end() && home->file != name)
        faults.push_back(
            {place.file, place.line, {"contract.wrong_file", {{"path", key}, {"file", home->file}}}});
    }
  }
  Checker checker(tree, shapes_);
  checker.object(tree.root(), top_, "", false);
  for (auto& fault : checker.take()) faults.push_back(std::move(fault));
  return faults;
}

const KeySpec* Rulebook::meaning(const Tree& tree, std::string_view key) const {
  const Keys* keys = &top_;
  const KeySpec* spec = nullptr;
  const Value* value = &tree.root();
  std::string so_far;
  while (!key.empty()) {
    const auto dot = key.find('.');
    const std::string name(key.substr(0, dot));
    key = dot == std::string_view::npos ? std::string_view() : key.substr(dot + 1);
    so_far += (so_far.empty() ? "" : ".") + name;
    const bool in_list = value != nullptr && value->is_array();
    value = tree.find(so_far);
    if (in_list || (spec != nullptr && spec->type == "map")) continue;
    if (keys == nullptr || !keys->contains(name)) return nullptr;
    spec = &keys->at(name);
    const auto shape = shapes_.find(spec->of.empty() ? spec->type : spec->of);
    keys = shape == shapes_.end() ? nullptr : &shape->second.keys;
  }
  return spec;
}

}  // namespace yagura::contract
