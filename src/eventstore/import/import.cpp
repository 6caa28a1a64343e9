#include "eventstore/import/import.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "eventstore/file.hpp"
#include "eventstore/import/position.hpp"

namespace yagura::eventstore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_marks = 16;

class Hash {
 public:
  void add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    XXH3_128bits_update(state_.get(), text.data(), text.size());
  }
  void add(std::int64_t number) { XXH3_128bits_update(state_.get(), &number, sizeof number); }
  [[nodiscard]] std::string text() const {
    const auto hash = XXH3_128bits_digest(state_.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  }
  Hash() { XXH3_128bits_reset(state_.get()); }

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_{XXH3_createState(), XXH3_freeState};
};

std::string hash_of(const Batch& batch, std::size_t row, const Kind& kind) {
  Hash out;
  for (std::size_t i = 0; i < kind.fields.size(); ++i)
    if (kind.fields[i].type == FieldType::number)
      out.add(batch.columns[i].numbers[row]);
    else
      out.add(batch.strings[batch.columns[i].ids[row]]);
  return out.text();
}

std::string hash_of(const Event& event) {
  Hash out;
  for (const auto& cell : event.cells) std::visit([&](const auto& value) { out.add(value); }, cell);
  return out.text();
}

class Import {
 public:
  Import(EventStore& store, Mapping mapping, const fs::path& file, const ImportOptions& options)
      : store_(store),
        mapping_(std::move(mapping)),
        file_(file),
        options_(options),
        builder_(mapping_.kind()) {}

  Result<Imported> run() {
    std::error_code ec;
    fs::create_directories(options_.state, ec);
    if (ec) return file_error(options_.state, ec.value());
    YAGURA_TRY(const auto name, identity_of(file_));
    out_.counts.bytes_in_all = fs::file_size(file_, ec);
    YAGURA_CHECK(find_position(name));
    if (position_.whole) {
      out_.before = true;
      return end();
    }
    YAGURA_CHECK(settle());
    YAGURA_TRY(auto records, RecordReader::open(file_, mapping_.reading()));
    YAGURA_CHECK(skip_done(records));
    RecordReader::Record record;
    for (;;) {
      YAGURA_TRY(const bool any, records.next(record));
      if (!any) break;
      ++read_;
      if (auto reason = mapping_.put(record, builder_); !reason.empty()) reject(record, reason);
      if (builder_.rows() >= options_.batch_rows || builder_.full() || rejects_.size() > (8U << 20U)) {
        YAGURA_CHECK(append());
        tell(records);
        if (options_.progress && !options_.progress(out_.counts)) return end();
      }
    }
    YAGURA_CHECK(append());
    position_.whole = true;
    YAGURA_CHECK(save());
    tell(records);
    if (options_.progress) options_.progress(out_.counts);
    return end();
  }

 private:
  Result<void> find_position(const std::string& name) {
    // One export may hold the logs of several kinds, each by a mapping of its own.
    const auto stem = name + "." + options_.contract + "." + mapping_.file().import;
    saved_ = options_.state / (stem + ".position");
    rejected_ = options_.state / (stem + ".rejected");
    YAGURA_TRY(auto found, load_position(saved_));
    if (!found) {
      position_.contract = options_.contract;
      position_.import = mapping_.file().import;
      position_.kind = mapping_.kind().kind;
      return {};
    }
    position_ = std::move(*found);
    out_.resumed = !position_.whole;
    return {};
  }

  // How many events of this very time and content the store has.
  Result<std::int64_t> like(const ImportMark& mark) {
    Query query;
    query.contract = position_.contract;
    query.kinds = {position_.kind};
    query.from = Time(std::chrono::microseconds(mark.at));
    query.to = query.from + std::chrono::microseconds(1);
    std::int64_t count = 0;
    YAGURA_TRY(const auto outcome,
               store_.search(query, {.newest_first = false, .limit = 10'000'000, .after = {}}, {},
                             [&](const Event& event) -> Result<bool> {
                               count += hash_of(event) == mark.event ? 1 : 0;
                               return true;
                             }));
    if (outcome.partial()) return uncertain();
    return count;
  }

  std::unexpected<Error> uncertain() const {
    return fail("eventstore.import_uncertain",
                {{"file", file_.string()}, {"record", std::to_string(position_.records + 1)}});
  }

  // A batch whose end was not written down: is it there?
  Result<void> settle() {
    if (position_.pending) {
      const auto& pending = *position_.pending;
      std::size_t there = 0;
      for (const auto& mark : pending.marks) {
        YAGURA_TRY(const auto now, like(mark));
        there += now > mark.before ? 1 : 0;
      }
      // A batch is there whole or not at all. Anything between: somebody else has the same events.
      if (there != 0 && there != pending.marks.size()) return uncertain();
      if (there != 0) {
        advance();
      } else {
        position_.pending.reset();
      }
      YAGURA_CHECK(save());
    }
    std::error_code ec;
    if (fs::exists(rejected_, ec)) fs::resize_file(rejected_, position_.rejects_bytes, ec);
    return ec ? file_error(rejected_, ec.value()) : Result<void>{};
  }

  void advance() {
    const auto& pending = *position_.pending;
    position_.records = pending.records;
    position_.rows = pending.rows;
    position_.rejected = pending.rejected;
    position_.rejects_bytes = pending.rejects_bytes;
    ++position_.batches;
    position_.pending.reset();
  }

  Result<void> skip_done(RecordReader& records) {
    RecordReader::Record record;
    if (mapping_.file().format == RecordForm::csv && mapping_.file().header) {
      YAGURA_TRY(const bool any, records.next(record));
      auto reason = any ? mapping_.begin(record) : std::string("empty");
      if (!reason.empty())
        return fail("eventstore.import_header", {{"file", file_.string()}, {"reason", std::move(reason)}});
    }
    for (; read_ < position_.records; ++read_) {
      YAGURA_TRY(const bool any, records.next(record));
      if (!any) break;
    }
    return {};
  }

  void reject(const RecordReader::Record& record, const std::string& reason) {
    rejects_ += fmt::format("# record {}: {}\n{}\n", record.number, reason, record.raw);
    ++rejected_now_;
  }

  Result<void> write_rejects() {
    if (rejects_.empty()) return {};
    std::FILE* file = std::fopen(rejected_.c_str(), "ab");
    if (!file) return file_error(rejected_, errno);
    const bool good = std::fwrite(rejects_.data(), 1, rejects_.size(), file) == rejects_.size();
    const bool kept = good && std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
    if (std::fclose(file) != 0 || !kept) return file_error(rejected_, errno);
    return {};
  }

  Result<void> append() {
    if (read_ == position_.records) return {};
    YAGURA_CHECK(write_rejects());
    const auto rows = builder_.rows();
    auto batch = builder_.take();
    PendingBatch pending{read_,
                         position_.rows + rows,
                         position_.rejected + rejected_now_,
                         position_.rejects_bytes + rejects_.size(),
                         {}};
    for (std::size_t i = 0, marks = std::min(rows, most_marks); i < marks; ++i) {
      const auto row = i * rows / marks;
      ImportMark mark{batch.times[row], hash_of(batch, row, mapping_.kind()), 0};
      YAGURA_TRY(mark.before, like(mark));
      pending.marks.push_back(std::move(mark));
    }
    position_.pending = std::move(pending);
    if (rows > 0) {
      YAGURA_CHECK(save());
      YAGURA_CHECK(store_.append(position_.contract, position_.kind, std::move(batch)));
    }
    advance();
    rejects_.clear();
    rejected_now_ = 0;
    return save();
  }

  Result<void> save() { return save_position(saved_, position_); }

  void tell(const RecordReader& records) {
    out_.counts.bytes = records.read();
    count();
  }
  void count() {
    out_.counts.records = position_.records;
    out_.counts.rows = position_.rows;
    out_.counts.rejected = position_.rejected;
  }

  Result<Imported> end() {
    count();
    out_.whole = position_.whole;
    if (position_.rejected > 0) out_.rejects = rejected_;
    return out_;
  }

  EventStore& store_;
  Mapping mapping_;
  const fs::path& file_;
  const ImportOptions& options_;
  BatchBuilder builder_;
  ImportPosition position_;
  fs::path saved_, rejected_;
  std::uint64_t read_ = 0, rejected_now_ = 0;
  std::string rejects_;
  Imported out_;
};

}  // namespace

Result<Imported> import_file(EventStore& store, Mapping mapping, const fs::path& file,
                             const ImportOptions& options) {
  return Import(store, std::move(mapping), file, options).run();
}

}  // namespace yagura::eventstore
