#include "eventstore/seal.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <queue>

#include "eventstore/coding.hpp"
#include "eventstore/digest_runs.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t asked_after = 65'536;

Digest sha256(std::string_view bytes) {
  Digest out;
  YAGURA_ASSERT(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return out;
}
std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// A leaf, event by event: a day may have more than can be held.
class LeafHash {
 public:
  explicit LeafHash(std::string_view source) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    YAGURA_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
    std::string bytes(1, '\0');
    put_text(bytes, source);
    add(bytes);
  }
  void add(std::string_view bytes) {
    YAGURA_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  Digest end() {
    Digest out;
    YAGURA_ASSERT(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
    return out;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

Digest leaf_of(std::string_view source, std::span<const Digest> events) {
  LeafHash out(source);
  for (const auto& one : events) out.add(view(one));
  return out.end();
}
Digest node_of(const Digest& left, const Digest& right) {
  std::string bytes(1, '\1');
  bytes += view(left);
  bytes += view(right);
  return sha256(bytes);
}
// RFC 6962 2.1: the largest power of two below n leaves stands on the left.
std::size_t left_of(std::size_t n) { return std::bit_floor(n - 1); }

Digest root_of(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves.front();
  const auto left = left_of(leaves.size());
  return node_of(root_of(leaves.first(left)), root_of(leaves.subspan(left)));
}
void path_of(std::span<const Digest> leaves, std::size_t place, std::vector<Digest>& out) {
  if (leaves.size() <= 1) return;
  const auto left = left_of(leaves.size());
  if (place < left) {
    path_of(leaves.first(left), place, out);
    out.push_back(root_of(leaves.subspan(left)));
  } else {
    path_of(leaves.subspan(left), place - left, out);
    out.push_back(root_of(leaves.first(left)));
  }
}
std::optional<Digest> climbed(const Digest& leaf, std::size_t place, std::size_t places,
                              std::span<const Digest> path) {
  if (places <= 1) return path.empty() ? std::optional(leaf) : std::nullopt;
  if (path.empty()) return std::nullopt;
  const auto left = left_of(places);
  const auto below = place < left ? climbed(leaf, place, left, path.first(path.size() - 1))
                                  : climbed(leaf, place - left, places - left, path.first(path.size() - 1));
  if (!below) return std::nullopt;
  return place < left ? node_of(*below, path.back()) : node_of(path.back(), *below);
}

// The rows of one chunk of a segment that were received on the day, by source.
class ChunkRows {
 public:
  ChunkRows(std::shared_ptr<const Segment> segment, std::size_t chunk, const Kind& kind, std::int64_t day)
      : segment_(std::move(segment)), chunk_(chunk), kind_(kind), day_(day) {
    const auto& columns = segment_->directory().columns;
    columns_.resize(kind.fields.size());
    for (std::size_t f = 0; f < kind.fields.size(); ++f)
      for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].name == kind.fields[f].name && columns[c].type == kind.fields[f].type) columns_[f] = c;
    source_ = *columns_[*kind.index_of(kind.source)];
    ids_.resize(columns.size());
    numbers_.resize(columns.size());
  }

  // Goes to the next row of the day; false at the end.
  Result<bool> next() {
    for (++row_;; row_ = 0) {
      for (; row_ < days_.size(); ++row_)
        if (days_[row_] == day_) {
          YAGURA_TRY(const auto value, segment_->value(source_, ids_[source_][row_]));
          source_name_ = value.first;
          return true;
        }
      YAGURA_TRY(const auto more, next_block());
      if (!more) return false;
    }
  }
  [[nodiscard]] const std::string& source() const { return source_name_; }

  Result<Digest> digest() const {
    std::vector<Event::Cell> cells;
    std::vector<std::shared_ptr<const Texts>> alive;
    for (std::size_t f = 0; f < columns_.size(); ++f) {
      if (!columns_[f]) {
        cells.push_back(kind_.fields[f].type == FieldType::number ? Event::Cell(std::int64_t{0})
                                                                  : Event::Cell(std::string_view()));
      } else if (kind_.fields[f].type == FieldType::number) {
        cells.emplace_back(numbers_[*columns_[f]][row_]);
      } else {
        YAGURA_TRY(auto value, segment_->value(*columns_[f], ids_[*columns_[f]][row_]));
        cells.emplace_back(value.first);
        alive.push_back(std::move(value.second));
      }
    }
    return digest_of(kind_, segment_->directory().contract, day_, times_[row_], cells);
  }

 private:
  Result<bool> next_block() {
    YAGURA_TRY(const auto table, segment_->blocks(chunk_));
    for (;;) {
      if (block_ == table->entries.size()) return false;
      const auto& block = table->entries[block_++];
      YAGURA_CHECK(segment_->days(block, days_));
      if (std::ranges::find(days_, day_) == days_.end()) continue;
      YAGURA_CHECK(segment_->times(block, times_));
      YAGURA_TRY(const auto order, segment_->order(block));
      for (const auto& column : columns_) {
        if (!column) continue;
        if (segment_->directory().columns[*column].type == FieldType::number)
          YAGURA_CHECK(segment_->numbers(block, *column, order, numbers_[*column]));
        else
          YAGURA_CHECK(segment_->ids(block, *column, order, ids_[*column]));
      }
      return true;
    }
  }

  const std::shared_ptr<const Segment> segment_;
  const std::size_t chunk_;
  const Kind& kind_;
  const std::int64_t day_;
  std::vector<std::optional<std::size_t>> columns_;
  std::size_t source_ = 0, block_ = 0, row_ = SIZE_MAX;
  std::string source_name_;
  std::vector<std::int64_t> days_, times_;
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<std::vector<std::int64_t>> numbers_;
};

}  // namespace

std::string to_hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const auto byte : digest) {
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

// Only what is not empty, by name: a field that the kind gains later changes nothing.
std::string sealed_fields(const Kind& kind, std::span<const Event::Cell> cells) {
  std::string bytes;
  for (std::size_t f = 0; f < cells.size(); ++f) {
    if (const auto* number = std::get_if<std::int64_t>(&cells[f])) {
      if (*number == 0) continue;
      put_text(bytes, kind.fields[f].name);
      put_text(bytes, std::to_string(*number));
    } else if (const auto text = std::get<std::string_view>(cells[f]); !text.empty()) {
      put_text(bytes, kind.fields[f].name);
      put_text(bytes, text);
    }
  }
  return bytes;
}

Digest digest_of(const Kind& kind, std::string_view contract, std::int64_t day, std::int64_t time,
                 std::string_view fields) {
  std::string bytes;
  put_text(bytes, contract);
  put_text(bytes, kind.kind);
  put_signed(bytes, day);
  put_signed(bytes, time);
  bytes += fields;
  return sha256(bytes);
}

Digest digest_of(const Kind& kind, std::string_view contract, std::int64_t day, std::int64_t time,
                 std::span<const Event::Cell> cells) {
  return digest_of(kind, contract, day, time, sealed_fields(kind, cells));
}

Result<Seal> seal_of(std::span<const std::shared_ptr<const Segment>> segments, const Kind& kind,
                     std::int64_t day, const SealRoom& room, const std::function<bool()>& stopped,
                     std::span<SourceProof> prove) {
  Seal out;
  out.day = day;
  std::vector<std::unique_ptr<ChunkRows>> chunks;
  for (const auto& segment : segments)
    if (segment->directory().first_day <= day && day <= segment->directory().last_day)
      for (std::size_t c = 0; c < segment->directory().chunks.size(); ++c)
        chunks.push_back(std::make_unique<ChunkRows>(segment, c, kind, day));
  // In a chunk sources stand in order of their folded form, then of their bytes.
  using Waiting = std::pair<std::pair<std::string, std::string>, ChunkRows*>;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting;
  const auto go_on = [&](ChunkRows* at) -> Result<void> {
    YAGURA_TRY(const auto more, at->next());
    if (more) waiting.push({{fold(at->source()), at->source()}, at});
    return {};
  };
  for (const auto& one : chunks) YAGURA_CHECK(go_on(one.get()));
  std::vector<std::pair<std::string, Digest>> leaves;
  DigestRuns events(room.folder, room.memory);
  std::size_t proved = 0;
  while (!waiting.empty()) {
    if (stopped()) return fail("eventstore.closed");
    const auto source = waiting.top().first;
    while (!waiting.empty() && waiting.top().first == source) {
      auto* const at = waiting.top().second;
      waiting.pop();
      bool same = true;
      while (same) {
        YAGURA_TRY(const auto one, at->digest());
        YAGURA_CHECK(events.add(one));
        if (events.size() % asked_after == 0 && stopped()) return fail("eventstore.closed");
        YAGURA_TRY(const auto more, at->next());
        same = more && at->source() == source.second;
        if (more && !same) waiting.push({{fold(at->source()), at->source()}, at});
        if (!more) break;
      }
    }
    out.rows += static_cast<std::int64_t>(events.size());
    const auto wanted = std::ranges::find(prove, source.second, &SourceProof::source);
    if (wanted != prove.end()) proved += events.size();
    if (proved > most_proved)
      return fail("eventstore.proof_too_large", {{"most", std::to_string(most_proved)}});
    LeafHash leaf(source.second);
    YAGURA_CHECK(events.take([&](const Digest& one) {
      leaf.add(view(one));
      if (wanted != prove.end()) wanted->events.push_back(one);
    }));
    leaves.emplace_back(source.second, leaf.end());
  }
  // The order of bytes, which whoever checks can tell without our folding.
  std::ranges::sort(leaves);
  std::vector<Digest> digests;
  for (const auto& [source, digest] : leaves) digests.push_back(digest);
  out.sources = std::ssize(leaves);
  out.root = root_of(digests);
  for (auto& one : prove) {
    if (one.events.empty()) continue;
    one.places = leaves.size();
    one.place = static_cast<std::size_t>(
        std::ranges::find(leaves, one.source, &std::pair<std::string, Digest>::first) - leaves.begin());
    path_of(digests, one.place, one.path);
  }
  return out;
}

bool proves(const SourceProof& proof, const Digest& root) {
  if (proof.place >= proof.places || !std::ranges::is_sorted(proof.events)) return false;
  const auto climb = climbed(leaf_of(proof.source, proof.events), proof.place, proof.places, proof.path);
  return climb && *climb == root;
}

}  // namespace yagura::eventstore
