#include "contract/pack_tree.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "base/text.hpp"
#include "schema/yaml.hpp"

namespace yagura::contract {

using schema::Value;

namespace {

// A line of a tree is file number * this + line of the file. Files are at most 4 MiB, so lines stay below it.
constexpr int lines_per_file = 5'000'000;
constexpr std::size_t most_files = 200;
// Folders in which each file is one thing of a list: forms/usb.yaml is the thing `usb` of `forms`.
constexpr std::array<std::string_view, 2> folders_of_things = {"forms", "ledgers"};

void number_lines(Value& value, int file) {
  value.at_line(value.line() + file * lines_per_file);
  for (auto& item : value.items()) number_lines(item, file);
  for (auto& [name, member] : value.members()) number_lines(member, file);
}

std::string id_of(const Value& item) { return item.is_object() ? item["id"].text() : std::string(); }

bool is_list_of_things(const Value& list) {
  return list.is_array() && !list.items().empty() &&
         std::ranges::all_of(list.items(), [](const Value& item) { return !id_of(item).empty(); });
}

std::string joined(const std::string& key, std::string_view name) {
  return key.empty() ? std::string(name) : key + "." + std::string(name);
}

const Value* find_item(const Value& list, std::string_view name) {
  for (const auto& item : list.items())
    if (id_of(item) == name) return &item;
  std::size_t index = 0;
  const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (ec != std::errc{} || end != name.data() + name.size() || index >= list.items().size()) return nullptr;
  return &list.items()[index];
}

}  // namespace

Tree Tree::read(const std::filesystem::path& folder, std::vector<Fault>& faults) {
  Tree tree;
  std::error_code ec;
  if (!std::filesystem::is_directory(folder, ec)) {
    faults.push_back({folder.string(), 0, {"contract.folder_missing", {{"folder", folder.string()}}}});
    return tree;
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
    if (entry.path().extension() == ".yaml" || entry.path().extension() == ".yml")
      paths.push_back(entry.path());
  for (const auto name : folders_of_things)
    for (const auto& entry : std::filesystem::directory_iterator(folder / name, ec))
      if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  std::ranges::sort(paths);
  if (paths.size() > most_files) {
    faults.push_back(
        {folder.string(), 0, {"contract.too_many_files", {{"limit", std::to_string(most_files)}}}});
    paths.resize(most_files);
  }
  for (const auto& path : paths) {
    auto text = schema::read_file(path, 4U << 20);
    auto value = text ? schema::parse_yaml(*text) : Result<Value>(std::unexpected(text.error()));
    if (value && !value->is_object())
      value = fail("schema.wrong_kind", {{"path", path.filename().string()}, {"wanted", "object"}});
    if (!value) {
      auto error = value.error();
      if (error.arg("file").empty()) error.args.emplace_back("file", path.string());
      int line = 0;
      const auto at = error.arg("line");
      std::from_chars(at.data(), at.data() + at.size(), line);
      faults.push_back({path.string(), line, std::move(error)});
      continue;
    }
    number_lines(*value, static_cast<int>(tree.names_.size()));
    tree.names_.push_back(path.string());
    tree.texts_.push_back(*std::move(text));
    if (path.parent_path() != folder) {
      tree.add_thing(path, *std::move(value));
      continue;
    }
    for (const auto& [name, member] : value->members()) tree.root_.set(name, member);
    tree.files_.push_back({path.filename().string(), *std::move(value)});
  }
  return tree;
}

// The file's name is the thing's id; who reads the file need not look for it in there.
void Tree::add_thing(const std::filesystem::path& path, Value thing) {
  const auto list = path.parent_path().filename().string();
  if (thing["id"].is_null()) thing.set("id", Value(path.stem().string()).at_line(thing.line()));
  if (root_.find(list) == nullptr) root_.set(list, Value::array().at_line(thing.line()));
  root_.find(list)->push(std::move(thing));
}

Tree Tree::with(const Tree& over, std::vector<Fault>& faults) const {
  Tree result = *this;
  const int shift = static_cast<int>(names_.size());
  Value top = over.root_;
  number_lines(top, shift);
  for (auto file : over.files_) {
    number_lines(file.value, shift);
    result.files_.push_back(std::move(file));
  }
  result.names_.insert(result.names_.end(), over.names_.begin(), over.names_.end());
  result.texts_.insert(result.texts_.end(), over.texts_.begin(), over.texts_.end());
  result.root_ = result.laid_over(root_, top, "", faults);
  return result;
}

Value Tree::laid_over(const Value& base, const Value& over, const std::string& key,
                      std::vector<Fault>& faults) {
  if (base.is_object() && over.is_object()) {
    Value out = base;
    out.at_line(over.line());
    for (const auto& [name, member] : over.members()) {
      const Value* below = base.find(name);
      out.set(name, below != nullptr ? laid_over(*below, member, joined(key, name), faults) : member);
    }
    return out;
  }
  if (is_list_of_things(base) && is_list_of_things(over)) return merged_list(base, over, key, faults);
  replaced_[key].insert(replaced_[key].begin(), Replaced{place(base), base});
  return over;
}

Value Tree::merged_list(const Value& base, const Value& over, const std::string& key,
                        std::vector<Fault>& faults) {
  Value out = base;
  out.at_line(over.line());
  for (const auto& item : over.items()) {
    const auto id = id_of(item);
    const auto below =
        std::ranges::find_if(out.items(), [&](const Value& candidate) { return id_of(candidate) == id; });
    if (item["remove"].boolean()) {
      if (below == out.items().end()) {
        const auto where = place(item);
        faults.push_back(
            {where.file, where.line, {"contract.nothing_to_remove", {{"path", joined(key, id)}}}});
      } else {
        replaced_[joined(key, id)].insert(replaced_[joined(key, id)].begin(),
                                          Replaced{place(*below), *below});
        out.items().erase(below);
      }
    } else if (below != out.items().end()) {
      *below = laid_over(Value(*below), item, joined(key, id), faults);
    } else {
      out.push(item);
    }
  }
  return out;
}

Place Tree::place(int line) const {
  const auto file = static_cast<std::size_t>(line / lines_per_file);
  if (line <= 0 || file >= names_.size()) return {};
  return {names_[file], line % lines_per_file};
}

const Value* Tree::find(std::string_view key) const {
  const Value* at = &root_;
  for (const auto name : split(key, '.')) {
    at = at->is_array() ? find_item(*at, name) : at->find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::vector<Replaced> Tree::replaced(const std::string& key) const {
  const auto found = replaced_.find(key);
  return found == replaced_.end() ? std::vector<Replaced>{} : found->second;
}

std::string Tree::digest() const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  YAGURA_ASSERT(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    // Names by their last two parts, so that the version does not depend on where the packs lie.
    const std::filesystem::path path(names_[i]);
    const auto head = (path.parent_path().filename() / path.filename()).string() + '\0' +
                      std::to_string(texts_[i].size()) + '\0';
    EVP_DigestUpdate(context.get(), head.data(), head.size());
    EVP_DigestUpdate(context.get(), texts_[i].data(), texts_[i].size());
  }
  std::array<char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
  return to_hex({bytes.data(), size});
}

}  // namespace yagura::contract
