#include "eventstore/outline.hpp"

#include <utility>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::string_view magic = "YGOUT01\n";
constexpr std::size_t trailer_bytes = 8 + 4 + magic.size();  // offset and length of the contents, magic

std::unexpected<Error> damaged(const std::filesystem::path& file, std::string_view what) {
  return fail("eventstore.damaged",
              {{"reason", file.filename().string() + ": " + std::string(what) + " cannot be read"}});
}

void fold_all(std::span<const std::string_view> texts, std::string& out) {
  out.clear();
  for (const auto text : texts) {
    fold_into(text, out);
    out.push_back('\0');
  }
}

// The members in which all of its fragments are.
Result<ConditionPlan::Marks> marks_of(const Outline& outline, const Leaf& leaf) {
  if (leaf.type == Condition::Type::range || leaf.holds("")) return ConditionPlan::Marks();
  Outline::Places with;
  with.set();
  for (const auto fragment : leaf.fragments()) {
    YAGURA_TRY(const auto one, outline.members_with(fragment));
    with &= one;
  }
  ConditionPlan::Marks out;
  for (std::size_t i = 0; i < outline.members().size(); ++i) out.push_back(with[i]);
  return out;
}

}  // namespace

Result<std::shared_ptr<const Outline>> Outline::open(const std::filesystem::path& path) {
  YAGURA_TRY(auto file, InFile::open(path));
  if (file.size() < trailer_bytes) return damaged(path, "its end");
  std::string bytes, contents;
  YAGURA_CHECK(file.read(file.size() - trailer_bytes, trailer_bytes, bytes));
  Reader trailer(bytes);
  const auto offset = trailer.fixed<std::uint64_t>();
  const auto length = trailer.fixed<std::uint32_t>();
  if (trailer.bytes(magic.size()) != magic) return damaged(path, "its end");
  YAGURA_CHECK(file.read(offset, length, bytes));
  YAGURA_CHECK(unframe(bytes, contents));
  auto read = Outline::read(contents);
  if (!read) return damaged(path, "its contents");
  return std::shared_ptr<const Outline>(new Outline(std::move(file), *std::move(read)));
}

std::string Outline::write(const Contents& contents) {
  std::string out;
  put_varint(out, contents.members.size());
  for (const auto& member : contents.members) {
    put_varint(out, member.number);
    put_varint(out, static_cast<std::uint64_t>(member.rows));
    put_varint(out, static_cast<std::uint64_t>(member.bytes));
  }
  put_grams(out, contents.table);
  return out;
}

std::optional<Outline::Contents> Outline::read(std::string_view bytes) {
  Contents out;
  Reader in(bytes);
  out.members.resize(in.count());
  for (auto& member : out.members) {
    member.number = in.varint();
    member.rows = static_cast<std::int64_t>(in.varint());
    member.bytes = static_cast<std::int64_t>(in.varint());
  }
  if (!take_grams(in, out.table) || in.left() != 0 || out.members.size() != out.table.pages)
    return std::nullopt;
  return out;
}

Result<Outline::Places> Outline::members_with(std::string_view folded) const {
  static const CommonGrams none;
  std::vector<GramHash> grams;
  grams_of(folded, none, grams);
  if (grams.empty()) return ~Places();
  return pages_with(file_, contents_.table, grams);
}

Result<void> OutlineWriter::add(const Outline::Member& member, const Segment& segment,
                                const std::function<Result<void>()>& meanwhile) {
  const auto& columns = segment.directory().columns;
  std::string folded;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    YAGURA_CHECK(meanwhile());
    if (columns[c].type == FieldType::entity || columns[c].type == FieldType::category) {
      YAGURA_TRY(const auto names, segment.names(c));
      fold_all(names->texts, folded);
      grams_.add(folded);
    }
    if (columns[c].type != FieldType::text) continue;
    YAGURA_TRY(const auto table, segment.pages(c));
    for (std::uint32_t p = 0; p < table->entries.size(); ++p) {
      YAGURA_CHECK(meanwhile());
      YAGURA_TRY(const auto page, segment.page(c, table->entries[p], p));
      fold_all(page->texts, folded);
      grams_.add(folded);
    }
  }
  members_.push_back(member);
  table_.add_page(grams_.take());
  return {};
}

Result<void> OutlineWriter::finish(const std::filesystem::path& path) {
  auto made = path;
  made += ".new";
  auto done = write(made);
  std::error_code failed;
  if (done) std::filesystem::rename(made, path, failed);
  if (failed) done = file_error(path, failed.value());
  // The next attempt has another name: on a full disk they would become many.
  if (!done) std::filesystem::remove(made, failed);
  return done;
}

Result<void> OutlineWriter::write(const std::filesystem::path& made) {
  YAGURA_TRY(auto file, OutFile::create(made));
  std::string bytes, trailer;
  Outline::Contents contents{std::exchange(members_, {}), table_.take(bytes)};
  YAGURA_CHECK(file.append(bytes));
  bytes.clear();
  put_frame(bytes, Outline::write(contents), 0);
  put_fixed(trailer, file.size());
  put_fixed(trailer, static_cast<std::uint32_t>(bytes.size()));
  trailer += magic;
  YAGURA_CHECK(file.append(bytes));
  YAGURA_CHECK(file.append(trailer));
  return file.sync();
}

bool AskedOutline::may_hold(std::size_t member) {
  std::call_once(once_, [&] {
    auto found =
        plan_.marks(outline_->members().size(), [&](const Leaf& leaf) { return marks_of(*outline_, leaf); });
    if (found)
      marks_ = *std::move(found);
    else
      outline_->note_damage();
  });
  return marks_.empty() || marks_[member];
}

}  // namespace yagura::eventstore
