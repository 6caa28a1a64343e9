#include "monitor/mib/library.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "monitor/mib/parser.hpp"
#include "monitor/mib/resolver.hpp"

namespace yagura::monitor::mib {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 8U << 20U;

bool is_module_file(const fs::path& path) {
  const auto name = path.filename().string();
  return !name.starts_with('.') && !name.starts_with("README") && path.extension() != ".md";
}

void collect(const fs::path& root, std::vector<fs::path>& files, std::vector<Fault>& faults) {
  std::error_code error;
  if (fs::is_regular_file(root, error)) {
    files.push_back(root);
    return;
  }
  const auto first = static_cast<std::ptrdiff_t>(files.size());
  fs::recursive_directory_iterator entry(root, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && is_module_file(entry->path())) files.push_back(entry->path());
  }
  std::sort(files.begin() + first, files.end());
  if (error)
    faults.push_back(
        {root.string(), 0, true,
         Error{"monitor.mib_folder_unreadable", {{"file", root.string()}, {"reason", error.message()}}}});
}

std::optional<std::string> read(const fs::path& file, std::vector<Fault>& faults) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (!error && size > kLargestFile) {
    faults.push_back(
        {file.string(), 0, true, Error{"monitor.mib_file_too_large", {{"file", file.string()}}}});
    return std::nullopt;
  }
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (error || !in.good()) {
    faults.push_back(
        {file.string(), 0, true, Error{"monitor.mib_file_unreadable", {{"file", file.string()}}}});
    return std::nullopt;
  }
  return text;
}

}  // namespace

Library Library::load(const std::vector<fs::path>& folders) {
  std::vector<Fault> faults;
  std::vector<fs::path> files;
  for (const auto& folder : folders) collect(folder, files, faults);
  std::vector<Module> modules;
  for (const auto& file : files) {
    const auto text = read(file, faults);
    if (!text) continue;
    auto parsed = parse_modules(*text, file.string());
    std::ranges::move(parsed.modules, std::back_inserter(modules));
    std::ranges::move(parsed.faults, std::back_inserter(faults));
  }
  return resolve(std::move(modules), std::move(faults));
}

const Node* Library::find(std::string_view name) const {
  if (name.find("::") != std::string_view::npos) {
    const auto found = by_qualified_.find(std::string(name));
    return found == by_qualified_.end() ? nullptr : found->second;
  }
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

Result<Oid> Library::oid_of(std::string_view text) const {
  if (!text.empty() && (text[0] == '.' || (text[0] >= '0' && text[0] <= '9'))) return parse_oid(text);
  const auto dot = text.find('.');
  const auto* node = find(text.substr(0, dot));
  if (node == nullptr) return fail("monitor.mib_name_unknown", {{"name", std::string(text.substr(0, 120))}});
  auto oid = node->oid;
  if (dot != std::string_view::npos) {
    YAGURA_TRY(const auto instance, parse_oid(text.substr(dot)));
    oid.insert(oid.end(), instance.begin(), instance.end());
  }
  return oid;
}

Located Library::locate(const Oid& oid) const {
  // The nearest entry not after oid shares the longest prefix with it or leads down to it.
  auto prefix = oid;
  for (auto next = by_oid_.upper_bound(prefix); next != by_oid_.begin();) {
    const auto& [found, node] = *std::prev(next);
    if (starts_with(oid, found)) return {node, std::span(oid).subspan(found.size())};
    const auto common = std::ranges::mismatch(found, oid).in1 - found.begin();
    prefix.assign(oid.begin(), oid.begin() + common);
    next = by_oid_.upper_bound(prefix);
  }
  return {};
}

std::string Library::text_of(const Oid& oid) const {
  const auto located = locate(oid);
  // Below enterprises (1.3.6.1.4.1) and the like a name says nothing.
  if (located.node == nullptr || located.node->module.empty()) return to_dotted(oid);
  auto text = located.node->qualified();
  for (const auto number : located.instance) text += "." + std::to_string(number);
  return text;
}

std::optional<std::string_view> Library::label_of(const Oid& oid, std::int64_t value) const {
  const auto* node = locate(oid).node;
  if (node == nullptr) return std::nullopt;
  for (const auto& [number, label] : node->syntax.values)
    if (number == value) return label;
  return std::nullopt;
}

std::vector<Fault> check(const fs::path& file, const std::vector<fs::path>& folders) {
  // First, so that it stands for its module where an older version of it is in the folders already.
  std::vector<fs::path> all = {file};
  all.insert(all.end(), folders.begin(), folders.end());
  const auto library = Library::load(all);
  std::vector<Fault> faults;
  std::ranges::copy_if(library.faults(), std::back_inserter(faults),
                       [&](const Fault& fault) { return fault.file == file.string(); });
  return faults;
}

}  // namespace yagura::monitor::mib
