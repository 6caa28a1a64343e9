// Retention, holds, verifying, repair, backup.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "eventstore/embedded_inside.hpp"
#include "eventstore/file.hpp"
#include "eventstore/merge.hpp"
#include "eventstore/segment_seal.hpp"
#include "eventstore/segment_sources.hpp"

namespace yagura::eventstore {

bool covers(const Hold& hold, const SegmentEntry& entry) {
  return hold.contract == entry.contract && (hold.kind.empty() || hold.kind == entry.kind) &&
         hold.from <= entry.last_time && entry.first_time < hold.to;
}

namespace {

Result<void> copy_synced(const std::filesystem::path& from, const std::filesystem::path& to) {
  YAGURA_TRY(const auto in, InFile::open(from));
  YAGURA_TRY(auto out, OutFile::create(to));
  std::string bytes;
  for (std::uint64_t at = 0; at < in.size(); at += bytes.size()) {
    YAGURA_CHECK(
        in.read(at, static_cast<std::size_t>(std::min<std::uint64_t>(1U << 20, in.size() - at)), bytes));
    YAGURA_CHECK(out.append(bytes));
  }
  return out.sync();
}

Result<void> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code failed;
  std::filesystem::create_directories(to.parent_path(), failed);
  if (failed) return file_error(to.parent_path(), failed.value());
  std::filesystem::create_hard_link(from, to, failed);
  if (!failed) return {};
  if (failed.value() == ENOENT || failed.value() == EEXIST) return file_error(to, failed.value());
  return copy_synced(from, to);
}

// What segments learned together, each file once.
class LearnedFiles {
 public:
  // Those of the segment that are not as they were written.
  std::vector<std::uint64_t> damaged_of(const HeldSegment& held) {
    std::vector<std::uint64_t> out;
    for (const auto id : held.entry.learned)
      if (const auto folder = held.path.parent_path();
          seen_.insert(learned_file(folder, id)).second && !is_whole(folder, id))
        out.push_back(id);
    return out;
  }
  static std::string tell(std::uint64_t id) {
    return learned_file({}, id).filename().string() + ": not both copies can be read";
  }

 private:
  std::set<std::filesystem::path> seen_;
};

// Every frame of a segment is read; answers the rows that can be read whole.
Result<std::int64_t> readable_rows(const Segment& segment, std::vector<std::string>& damage) {
  const auto note = [&](const Error& error) -> Result<void> {
    if (error.code != "eventstore.damaged") return std::unexpected(error);
    const auto file = segment.path().filename().string();
    std::string reason(error.arg("reason"));
    if (!reason.starts_with(file)) reason = file + ": " + reason;
    if (std::ranges::find(damage, reason) == damage.end()) damage.push_back(std::move(reason));
    return {};
  };
  const auto& d = segment.directory();
  // Texts that cannot be read, by column: rows that use them are lost.
  std::vector<std::vector<bool>> bad(d.columns.size());
  for (std::size_t c = 0; c < d.columns.size(); ++c) {
    if (d.columns[c].type == FieldType::number) continue;
    if (d.columns[c].type != FieldType::text) {
      auto names = segment.names(c);
      if (!names) {
        YAGURA_CHECK(note(names.error()));
        return 0;
      }
      if (d.columns[c].type == FieldType::entity)
        for (std::uint32_t n = 0; n < d.columns[c].known; n += ids_per_list)
          if (auto uses = segment.blocks_with(c, n); !uses) YAGURA_CHECK(note(uses.error()));
      if (auto sets = segment.check_grams(c); !sets) YAGURA_CHECK(note(sets.error()));
      continue;
    }
    const auto table = segment.pages(c);
    if (!table) {
      YAGURA_CHECK(note(table.error()));
      return 0;
    }
    if (auto sets = segment.check_grams(c); !sets) YAGURA_CHECK(note(sets.error()));
    for (std::uint32_t p = 0; p < (*table)->entries.size(); ++p) {
      const auto& entry = (*table)->entries[p];
      if (auto uses = segment.uses(entry); !uses) YAGURA_CHECK(note(uses.error()));
      if (auto page = segment.page(c, entry, p); !page) {
        YAGURA_CHECK(note(page.error()));
        bad[c].resize(d.columns[c].known);
        const auto end =
            p + 1 < (*table)->entries.size() ? (*table)->entries[p + 1].first_text : d.columns[c].known;
        std::fill(bad[c].begin() + entry.first_text, bad[c].begin() + end, true);
      }
    }
  }
  if (auto cube = segment.cube(); !cube) YAGURA_CHECK(note(cube.error()));
  if (auto totals = segment.totals(); !totals) YAGURA_CHECK(note(totals.error()));
  std::int64_t out = 0;
  for (std::size_t chunk = 0; chunk < d.chunks.size(); ++chunk) {
    const auto blocks = segment.blocks(chunk);
    if (!blocks) {
      YAGURA_CHECK(note(blocks.error()));
      continue;
    }
    for (const auto& block : (*blocks)->entries) {
      std::vector<bool> lost(block.rows);
      const auto read = [&]() -> Result<void> {
        std::vector<std::int64_t> numbers;
        YAGURA_CHECK(segment.times(block, numbers));
        YAGURA_CHECK(segment.days(block, numbers));
        YAGURA_TRY(const auto order, segment.order(block));
        std::vector<std::uint32_t> ids;
        for (std::size_t c = 0; c < d.columns.size(); ++c) {
          if (d.columns[c].type == FieldType::number) {
            YAGURA_CHECK(segment.numbers(block, c, order, numbers));
            continue;
          }
          YAGURA_CHECK(segment.ids(block, c, order, ids));
          for (std::size_t r = 0; r < ids.size() && !bad[c].empty(); ++r)
            lost[r] = lost[r] || (ids[r] < bad[c].size() && bad[c][ids[r]]);
        }
        return {};
      }();
      if (!read) {
        YAGURA_CHECK(note(read.error()));
        continue;
      }
      out += std::ranges::count(lost, false);
    }
  }
  return out;
}

}  // namespace

Result<std::int64_t> EmbeddedStore::Inside::expire(std::string_view contract, std::string_view kind,
                                                   std::int64_t before) {
  const auto working = work_before_merges();
  HeldSegments gone;
  std::int64_t rows = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : state_.held) {
      const auto& e = one->entry;
      if (e.contract != contract || e.kind != kind || e.last_time >= before) continue;
      if (std::ranges::any_of(state_.manifest.holds, [&](const Hold& hold) { return covers(hold, e); }))
        continue;
      gone.push_back(one);
      rows += e.rows;
    }
  }
  if (!gone.empty()) YAGURA_CHECK(exchange(gone, {}, std::nullopt));
  return rows;
}

Result<std::int64_t> EmbeddedStore::erase(std::string_view contract) { return inside_->erase(contract); }

Result<std::int64_t> EmbeddedStore::Inside::erase(std::string_view contract) {
  YAGURA_CHECK(flush());
  const auto working = work_before_merges();
  HeldSegments gone;
  std::int64_t rows = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& hold : state_.manifest.holds)
      if (hold.contract == contract)
        return fail("eventstore.held", {{"contract", std::string(contract)}, {"id", hold.id}});
    for (const auto& one : state_.held)
      if (one->entry.contract == contract) {
        gone.push_back(one);
        rows += one->entry.rows;
      }
  }
  if (!gone.empty()) YAGURA_CHECK(exchange(gone, {}, std::nullopt));
  std::erase_if(learned_, [&](const auto& one) { return one.first.first == contract; });
  // With what repairs kept beside.
  SegmentEntry any;
  any.contract = contract;
  any.kind = "any";
  const auto folder = segment_file(folder_, any).parent_path().parent_path().parent_path();
  std::error_code failed;
  std::filesystem::remove_all(folder, failed);
  if (failed) return file_error(folder, failed.value());
  if (std::filesystem::exists(folder.parent_path(), failed)) YAGURA_CHECK(sync_folder(folder.parent_path()));
  return rows;
}

Result<void> EmbeddedStore::Inside::change_holds(
    const std::function<Result<void>(std::vector<Hold>&)>& change) {
  const auto working = work_before_merges();
  Manifest next;
  {
    const std::lock_guard lock(mutex_);
    next = state_.manifest;
  }
  YAGURA_CHECK(change(next.holds));
  YAGURA_CHECK(save_manifest(folder_, next));
  const std::lock_guard lock(mutex_);
  state_.manifest.holds = std::move(next.holds);
  return {};
}

Result<void> EmbeddedStore::hold(const Hold& hold) {
  const auto is_name = [](const std::string& name) { return !name.empty() && name.size() <= most_name; };
  if (!is_name(hold.id) || !is_name(hold.contract) || hold.kind.size() > most_name || hold.from >= hold.to)
    return fail("eventstore.hold_invalid", {{"id", hold.id}});
  return inside_->change_holds([&](std::vector<Hold>& holds) -> Result<void> {
    if (std::ranges::find(holds, hold.id, &Hold::id) != holds.end())
      return fail("eventstore.hold_taken", {{"id", hold.id}});
    holds.push_back(hold);
    return {};
  });
}

Result<void> EmbeddedStore::release(std::string_view id) {
  return inside_->change_holds([&](std::vector<Hold>& holds) -> Result<void> {
    if (std::erase_if(holds, [&](const Hold& one) { return one.id == id; }) == 0)
      return fail("eventstore.hold_unknown", {{"id", std::string(id)}});
    return {};
  });
}

std::vector<Hold> EmbeddedStore::holds() const { return inside_->holds(); }

std::vector<SegmentEntry> EmbeddedStore::files(std::string_view contract, std::string_view kind) const {
  return inside_->files(contract, kind);
}

std::vector<SegmentEntry> EmbeddedStore::Inside::files(std::string_view contract, std::string_view kind) {
  std::vector<SegmentEntry> out;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : state_.held)
      if (one->entry.contract == contract && one->entry.kind == kind) out.push_back(one->entry);
  }
  std::ranges::sort(out, {}, [](const SegmentEntry& e) { return std::pair(e.last_time, e.number); });
  return out;
}

std::vector<Hold> EmbeddedStore::Inside::holds() {
  const std::lock_guard lock(mutex_);
  return state_.manifest.holds;
}

// Files are opened past the cache, so that what is verified is the disk.
Result<EmbeddedStore::Verified> EmbeddedStore::Inside::verify(
    const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  HeldSegments held;
  {
    const std::lock_guard lock(mutex_);
    held = state_.held;
  }
  Verified out;
  std::int64_t all = 0;
  for (const auto& one : held) all += one->entry.bytes;
  LearnedFiles learned;
  for (const auto& one : held) {
    if (!progress(out.bytes, all)) return fail("eventstore.closed");
    Cache own(4U << 20);
    const auto before = out.damage.size();
    for (const auto id : learned.damaged_of(*one)) out.damage.push_back(LearnedFiles::tell(id));
    std::int64_t readable = 0;
    if (const auto opened = Segment::open(one->path, own); !opened) {
      out.damage.push_back(one->path.filename().string() + ": " + opened.error().text());
    } else {
      YAGURA_TRY(readable, readable_rows(**opened, out.damage));
    }
    out.rows += readable;
    out.rows_lost += one->entry.rows - readable;
    ++out.segments;
    out.bytes += one->entry.bytes;
    if (out.damage.size() != before) note_damage(std::span(out.damage).subspan(before));
  }
  progress(all, all);
  return out;
}

Result<EmbeddedStore::Verified> EmbeddedStore::Inside::repair() {
  const auto working = work_before_merges();
  HeldSegments held;
  {
    const std::lock_guard lock(mutex_);
    held = state_.held;
  }
  Verified out;
  LearnedFiles learned;
  for (const auto& one : held) {
    for (const auto id : learned.damaged_of(*one)) {
      out.damage.push_back(LearnedFiles::tell(id));
      // From the other copy, or another month. Where there is none its segments tell what is lost.
      const auto folder = one->path.parent_path();
      const auto good = get_learned(folder, id, 0);
      if (!good) continue;
      YAGURA_CHECK(put_learned(folder, *good));
      YAGURA_CHECK(sync_folder(folder));
    }
    Cache own(4U << 20);
    std::vector<std::string> damage;
    auto opened = Segment::open(one->path, own);
    std::int64_t readable = 0;
    if (opened) {
      YAGURA_TRY(readable, readable_rows(**opened, damage));
    } else {
      damage.push_back(one->path.filename().string() + ": " + opened.error().text());
    }
    ++out.segments;
    out.rows += readable;
    if (damage.empty()) continue;
    YAGURA_TRY(auto entry, reserve(one->entry.contract, one->entry.kind, one->entry.month));
    const auto file = segment_file(folder_, entry);
    HeldSegments come;
    std::int64_t lost = one->entry.rows;
    if (opened) {
      std::vector<std::string> met;
      std::int64_t met_lost = 0;
      MergeOptions options;
      options.damage = &met;
      options.rows_lost = &met_lost;
      const std::shared_ptr<const Segment> input = *opened;
      auto made = merge_segments({&input, 1}, kinds_.find(entry.kind)->second, file, options);
      if (!made && made.error().code != "eventstore.damaged") return std::unexpected(made.error());
      if (made && *made) {
        YAGURA_CHECK(sync_folder(file.parent_path()));
        describe(entry, **made, file);
        lost -= entry.rows;
        come.push_back(std::make_shared<HeldSegment>(entry, file));
      }
    }
    // The damaged one is kept: somebody may know how to read more of it.
    std::error_code failed;
    std::filesystem::create_hard_link(one->path, one->path.string() + ".damaged", failed);
    if (failed && failed.value() != EEXIST) return file_error(one->path, failed.value());
    YAGURA_CHECK(exchange({one}, std::move(come), std::nullopt));
    out.damage.insert(out.damage.end(), damage.begin(), damage.end());
    out.rows_lost += lost;
  }
  return out;
}

Result<std::unique_ptr<SourceReader>> EmbeddedStore::source_reader(const Query& query) {
  return inside_->source_reader(query);
}
Result<Seal> EmbeddedStore::seal(std::string_view contract, std::string_view kind, std::int64_t day,
                                 std::span<SourceProof> prove) {
  return inside_->seal(contract, kind, day, prove);
}

Result<std::vector<EventStore::Days>> EmbeddedStore::days_received(std::string_view contract,
                                                                   std::string_view kind, Time first,
                                                                   Time last) {
  YAGURA_CHECK(flush());
  std::vector<Days> out;
  for (const auto& file : files(contract, kind))
    if (file.first_time <= to_micros(last) && to_micros(first) <= file.last_time)
      out.emplace_back(file.first_day, file.last_day);
  return out;
}

Result<Seal> EmbeddedStore::Inside::seal(std::string_view contract, std::string_view name, std::int64_t day,
                                         std::span<SourceProof> prove) {
  const auto kind = kinds_.find(name);
  if (kind == kinds_.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
  YAGURA_CHECK(flush());
  HeldSegments held;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : state_.held)
      if (const auto& e = one->entry;
          e.contract == contract && e.kind == name && e.first_day <= day && day <= e.last_day)
        held.push_back(one);
  }
  std::vector<std::shared_ptr<const Segment>> segments;
  for (const auto& one : held) {
    YAGURA_TRY(auto opened, segment(*one));
    segments.push_back(std::move(opened));
  }
  return seal_of(
      segments, kind->second, day, {folder_, options_.seal_memory},
      [this] {
        const std::lock_guard lock(mutex_);
        return stop_;
      },
      prove);
}

Result<std::unique_ptr<SourceReader>> EmbeddedStore::Inside::source_reader(const Query& query) {
  const auto kind = query.kinds.size() == 1 ? kinds_.find(query.kinds.front()) : kinds_.end();
  if (kind == kinds_.end())
    return fail("eventstore.kind_unknown", {{"kind", query.kinds.empty() ? "" : query.kinds.front()}});
  YAGURA_CHECK(flush());
  const auto from = to_micros(query.from), to = to_micros(query.to);
  const auto held = std::make_shared<HeldSegments>();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : state_.held)
      if (const auto& e = one->entry;
          e.contract == query.contract && e.kind == kind->first && e.last_time >= from && e.first_time < to)
        held->push_back(one);
  }
  std::vector<std::shared_ptr<const Segment>> segments;
  for (const auto& one : *held) {
    YAGURA_TRY(auto opened, segment(*one));
    segments.push_back(std::move(opened));
  }
  return source_reader_of(std::move(segments), kind->second, from, to, held);
}

// The manifest comes last: a backup without it is not one.
Result<void> EmbeddedStore::Inside::back_up(const std::filesystem::path& to) {
  YAGURA_CHECK(flush());
  const auto working = work_before_merges();
  Manifest manifest;
  HeldSegments held;
  {
    const std::lock_guard lock(mutex_);
    manifest = state_.manifest;
    held = state_.held;
  }
  std::error_code failed;
  if (std::filesystem::exists(to / "manifest", failed))
    return fail("eventstore.gone", {{"file", to.string()}, {"reason", "there is a backup already"}});
  std::filesystem::create_directories(to / "log", failed);
  if (failed) return file_error(to, failed.value());
  manifest.segments.clear();
  for (const auto& one : held) {
    const auto copy = segment_file(to, one->entry);
    YAGURA_CHECK(link_or_copy(one->path, copy));
    for (const auto& file : learned_files(*one))
      if (const auto beside = copy.parent_path() / file.filename(); !std::filesystem::exists(beside, failed))
        YAGURA_CHECK(link_or_copy(file, beside));
    YAGURA_CHECK(sync_folder(copy.parent_path()));
    manifest.segments.push_back(one->entry);
  }
  return save_manifest(to, manifest);
}

}  // namespace yagura::eventstore
