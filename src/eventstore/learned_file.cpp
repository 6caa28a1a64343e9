#include "eventstore/learned_file.hpp"

#include <fmt/format.h>

#include "eventstore/file.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::string_view magic = "YGLRN01\n";
constexpr std::size_t copies = 2, most_bytes = 16U << 20;
constexpr int tight = 16;  // packed once, kept for months

// Its copies that can be read, until so many are there.
Result<std::vector<std::string>> copies_in(const std::filesystem::path& folder, std::uint64_t id,
                                           std::size_t enough) {
  YAGURA_TRY(const auto file, InFile::open(learned_file(folder, id)));
  std::vector<std::string> out;
  if (file.size() < magic.size() || file.size() > most_bytes) return out;
  std::string bytes;
  YAGURA_CHECK(file.read(0, magic.size(), bytes));
  if (bytes != magic) return out;
  // The two are of one length, so that the second is found whatever has become of the first.
  const auto length = static_cast<std::size_t>(file.size() - magic.size()) / copies;
  for (std::size_t i = 0; i < copies && out.size() < enough; ++i) {
    std::string payload;
    YAGURA_CHECK(file.read(magic.size() + i * length, length, bytes));
    if (unframe(bytes, payload, most_bytes) && id_of_learned(payload) == id)
      out.push_back(std::move(payload));
  }
  return out;
}

Result<void> write(const std::filesystem::path& to, std::string_view payload) {
  std::string frame;
  put_frame(frame, payload, tight);
  YAGURA_TRY(auto file, OutFile::create(to));
  YAGURA_CHECK(file.append(magic));
  for (std::size_t i = 0; i < copies; ++i) YAGURA_CHECK(file.append(frame));
  return file.sync();
}

}  // namespace

std::filesystem::path learned_file(const std::filesystem::path& folder, std::uint64_t id) {
  return folder / fmt::format("{:016x}.learned", id);
}

Result<void> put_learned(const std::filesystem::path& folder, const Learned& learned) {
  if (learned.id == 0 || is_whole(folder, learned.id)) return {};
  const auto file = learned_file(folder, learned.id);
  auto made = file;
  made += ".new";
  auto done = write(made, write_learned(learned));
  std::error_code failed;
  if (done) std::filesystem::rename(made, file, failed);
  if (failed) done = file_error(file, failed.value());
  if (!done) std::filesystem::remove(made, failed);
  return done;
}

Result<std::string> written_learned(const std::filesystem::path& folder, std::uint64_t id) {
  // Of this month, or of another one.
  auto own = copies_in(folder, id, 1);
  if (own && !own->empty()) return std::move(own->front());
  std::error_code failed;
  for (const auto& other : std::filesystem::directory_iterator(folder.parent_path(), failed))
    if (other.is_directory(failed))
      if (auto found = copies_in(other.path(), id, 1); found && !found->empty())
        return std::move(found->front());
  // What was lost is damage; what cannot be opened now may be there.
  const bool is_there = std::filesystem::exists(learned_file(folder, id), failed);
  if (!own && (is_there || failed)) return std::unexpected(std::move(own).error());
  return fail("eventstore.damaged",
              {{"reason", learned_file(folder, id).filename().string() +
                              (is_there ? ": neither copy can be read" : ": it is not there")}});
}

Result<Learned> get_learned(const std::filesystem::path& folder, std::uint64_t id, int level) {
  if (id == 0) return Learned();
  YAGURA_TRY(const auto payload, written_learned(folder, id));
  auto out = read_learned(payload, level);
  if (!out)
    return fail("eventstore.damaged",
                {{"reason", learned_file(folder, id).filename().string() + ": it holds something else"}});
  return *std::move(out);
}

bool is_whole(const std::filesystem::path& folder, std::uint64_t id) {
  const auto held = copies_in(folder, id, copies);
  return held && held->size() == copies;
}

}  // namespace yagura::eventstore
