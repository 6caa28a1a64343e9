#include "schema/words.hpp"

#include <set>

#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::schema {

template <class V>
void shape(V& v, Words::Entry& e) {
  v.required("ja", e.ja);
  v.required("en", e.en);
  v.required("do_ja", e.do_ja);
  v.required("do_en", e.do_en);
}

namespace {

std::string fill(std::string_view text, const Error& error) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    out.append(text.substr(0, open));
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const auto close = text.find('}');
    if (close == std::string_view::npos) {
      out.append(text);
      break;
    }
    out.append(error.arg(text.substr(1, close - 1)));
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

Result<Words> Words::load(const std::filesystem::path& folder) {
  std::error_code ec;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  if (ec) return fail("schema.file_unreadable", {{"file", folder.string()}});
  Words words;
  for (const auto& file : files) {
    YAGURA_TRY(const Value value, read_yaml(file));
    std::vector<Fault> faults;
    auto entries = read<std::map<std::string, Entry>>(value, faults);
    if (!faults.empty()) {
      Error error = first_error(faults);
      error.args.emplace_back("file", file.string());
      return std::unexpected(std::move(error));
    }
    words.entries_.merge(entries);
  }
  return words;
}

Words::Said Words::say(const Error& error, Language language) const {
  const auto found = entries_.find(error.code);
  if (found == entries_.end()) return {error.text(), {}};
  const auto& entry = found->second;
  return language == Language::ja ? Said{fill(entry.ja, error), fill(entry.do_ja, error)}
                                  : Said{fill(entry.en, error), fill(entry.do_en, error)};
}

}  // namespace yagura::schema
