#include "eventstore/import/position.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

#include "eventstore/file.hpp"
#include "schema/json.hpp"
#include "schema/shape.hpp"

namespace yagura::eventstore {

template <class V>
void shape(V& v, ImportMark& m) {
  v.required("at", m.at);
  v.required("event", m.event);
  v.required("before", m.before);
}
template <class V>
void shape(V& v, PendingBatch& p) {
  v.required("records", p.records);
  v.required("rows", p.rows);
  v.required("rejected", p.rejected);
  v.required("rejects_bytes", p.rejects_bytes);
  v.required("marks", p.marks);
}
template <class V>
void shape(V& v, ImportPosition& p) {
  v.required("contract", p.contract);
  v.required("import", p.import);
  v.required("kind", p.kind);
  v.required("records", p.records);
  v.required("rows", p.rows);
  v.required("rejected", p.rejected);
  v.required("rejects_bytes", p.rejects_bytes);
  v.required("batches", p.batches);
  v.required("whole", p.whole);
  v.optional("pending", p.pending);
}

Result<std::optional<ImportPosition>> load_position(const std::filesystem::path& file) {
  std::error_code ec;
  if (!std::filesystem::exists(file, ec)) return std::nullopt;
  const auto broken = [&] { return fail("eventstore.import_position", {{"file", file.string()}}); };
  YAGURA_TRY(const auto in, InFile::open(file));
  std::string text;
  YAGURA_CHECK(in.read(0, in.size(), text));
  const auto value = schema::parse_json(text);
  if (!value) return broken();
  auto read = schema::read<ImportPosition>(*value);
  if (!read) return broken();
  return std::move(*read);
}

Result<void> save_position(const std::filesystem::path& file, const ImportPosition& position) {
  const std::filesystem::path beside = file.string() + ".new";
  YAGURA_TRY(auto out, OutFile::create(beside));
  YAGURA_CHECK(out.append(schema::to_json(schema::write(position))));
  YAGURA_CHECK(out.sync());
  std::error_code ec;
  std::filesystem::rename(beside, file, ec);
  if (ec) return file_error(file, ec.value());
  return sync_folder(file.parent_path());
}

Result<std::string> identity_of(const std::filesystem::path& file) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file, ec))
    return fail("eventstore.import_unreadable", {{"file", file.string()}, {"reason", "not a file"}});
  YAGURA_TRY(const auto in, InFile::open(file));
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                              XXH3_freeState);
  XXH3_128bits_reset(state.get());
  std::string piece;
  for (std::uint64_t at = 0; at < in.size(); at += piece.size()) {
    YAGURA_CHECK(in.read(at, std::min<std::uint64_t>(in.size() - at, 1U << 20U), piece));
    XXH3_128bits_update(state.get(), piece.data(), piece.size());
  }
  const auto hash = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

Result<ImportFiles> import_files(const std::filesystem::path& state, std::string_view contract) {
  namespace fs = std::filesystem;
  ImportFiles out;
  std::map<std::string, std::vector<fs::path>> imports;  // by HASH.CONTRACT.IMPORT
  std::error_code ec;
  for (fs::directory_iterator at(state, ec), end; !ec && at != end; at.increment(ec))
    for (const std::string_view ending : {".position", ".position.new", ".rejected"})
      if (const auto name = at->path().filename().string(); name.ends_with(ending))
        imports[name.substr(0, name.size() - ending.size())].push_back(at->path());
  if (ec && ec != std::errc::no_such_file_or_directory) return file_error(state, ec.value());
  for (auto& [stem, files] : imports) {
    const auto position = load_position(state / (stem + ".position"));
    const bool known = position && *position;
    // A name alone may be that of a longer one, as a and a.b: then rather the position.
    const auto named = std::string_view(stem).substr(std::min(stem.find('.'), stem.size()));
    if (known ? (*position)->contract != contract : !named.starts_with("." + std::string(contract) + "."))
      continue;
    if (known) out.rejected += static_cast<std::int64_t>((*position)->rejected);
    out.files.insert(out.files.end(), files.begin(), files.end());
  }
  return out;
}

}  // namespace yagura::eventstore
