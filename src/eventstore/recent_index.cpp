#include "eventstore/recent_index.hpp"

#include <algorithm>
#include <bit>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
// A cell's key: never 0, then the hour, then the places of two names.
constexpr unsigned name_bits = 15;
constexpr std::uint64_t key_mark = 1ULL << 63U, name_mask = (1U << name_bits) - 1;
constexpr std::int64_t hours_before = 1LL << 32;  // all hours of 64 bits of microseconds lie above
constexpr std::uint32_t none = UINT32_MAX;
constexpr std::size_t most_fields = 64;  // with names that are noted

std::int64_t hour_of(std::int64_t time) { return time / hour_us - (time % hour_us < 0 ? 1 : 0); }
std::uint32_t hash_of(std::string_view folded) { return static_cast<std::uint32_t>(checksum(folded)); }

bool is_name(FieldType type) { return type == FieldType::entity || type == FieldType::category; }

}  // namespace

RecentIndex::RecentIndex(const Kind& kind) : kind_(kind), names_(kind.fields.size()), counts_(64) {
  for (const auto& name : kind.count_by) counted_by_.push_back({*kind.index_of(name), {}, {}});
}

std::size_t RecentIndex::add(std::shared_ptr<const Recent> recent) {
  const std::lock_guard lock(mutex_);
  add_names(recent->batch);
  ++extent_.batches;
  extent_.first_time = std::min(extent_.first_time, recent->first_time);
  extent_.last_time = std::max(extent_.last_time, recent->last_time);
  batches_.push_back(std::move(recent));
  const auto before = std::exchange(bytes_, bytes());
  return bytes_ > before ? bytes_ - before : 0;
}

std::size_t RecentIndex::bytes() const {
  std::size_t out = sizeof(*this) + batches_.capacity() * sizeof(batches_[0]) + counts_.bytes();
  for (const auto& own : names_) out += sizeof(own) + own.capacity() * sizeof(Name);
  for (const auto& own : counted_by_) out += sizeof(own) + own.names.size() * 160;
  return out;
}

// In which fields each string stands, and from this each field's names once.
void RecentIndex::add_names(const Batch& batch) {
  fields_of_.assign(batch.strings.size(), 0);
  for (std::size_t f = 0; f < std::min(kind_.fields.size(), most_fields); ++f)
    if (is_name(kind_.fields[f].type))
      for (const auto id : batch.columns[f].ids) fields_of_[id] |= 1ULL << f;
  const auto place = static_cast<std::uint32_t>(batches_.size());
  std::string folded;
  for (std::size_t id = 0; id < batch.strings.size(); ++id) {
    auto fields = fields_of_[id];
    if (fields == 0) continue;
    folded.clear();
    fold_into(batch.strings[id], folded);
    const auto hash = hash_of(folded);
    for (; fields != 0; fields &= fields - 1)
      names_[static_cast<std::size_t>(std::countr_zero(fields))].push_back({hash, place});
  }
}

void RecentIndex::count(const Batch& batch) {
  for (std::size_t i = 0; i < counted_by_.size(); ++i) numbers_[i].assign(batch.strings.size(), none);
  const auto number = [&](std::size_t i, std::size_t row) {
    auto& own = counted_by_[i];
    const auto id = batch.columns[own.field].ids[row];
    auto& known = numbers_[i][id];
    if (known == none) {
      const auto [at, fresh] =
          own.known.try_emplace(std::string(batch.strings[id]), static_cast<std::uint32_t>(own.names.size()));
      if (fresh) own.names.push_back(at->first);
      known = at->second;
    }
    return std::uint64_t{known};
  };
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto a = number(0, row), b = number(counted_by_.size() - 1, row);
    if (std::max(a, b) > name_mask || counts_.size() > most_cells) {
      counted_by_.clear();
      counts_ = HourCounts(2);
      return;
    }
    const auto hour = static_cast<std::uint64_t>(hour_of(batch.times[row]) + hours_before);
    counts_.add(key_mark | hour << (2 * name_bits) | a << name_bits | b, 1);
  }
}

RecentIndex::Extent RecentIndex::extent() const {
  const std::lock_guard lock(mutex_);
  return extent_;
}

bool RecentIndex::counts(std::vector<CubeCell>& cells, std::array<Texts, 2>& names) {
  const std::lock_guard lock(mutex_);
  for (; counted_ < batches_.size() && !counted_by_.empty(); ++counted_) count(batches_[counted_]->batch);
  if (counted_by_.empty()) return false;
  cells.reserve(counts_.size());
  counts_.each([&](std::uint64_t key, std::uint64_t count) {
    cells.push_back({static_cast<std::int64_t>((key & ~key_mark) >> (2 * name_bits)) - hours_before,
                     static_cast<std::uint32_t>(key >> name_bits & name_mask),
                     static_cast<std::uint32_t>(key & name_mask), count});
  });
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& own = counted_by_[std::min(i, counted_by_.size() - 1)].names;
    auto& out = names[i];
    out.held = write_texts(std::vector<std::string_view>(own.begin(), own.end()));
    out.held.reserve(16);
    auto read = read_texts(out.held);
    YAGURA_ASSERT(read.has_value());
    out.texts = *std::move(read);
  }
  return true;
}

std::vector<const Recent*> RecentIndex::with(const ConditionPlan& plan, std::int64_t from, std::int64_t to,
                                             std::size_t batches) const {
  const std::lock_guard lock(mutex_);
  std::vector<const Recent*> out;
  const auto marks = plan.marks(batches, [&](const Leaf& leaf) { return marks_of(leaf, batches); });
  for (std::size_t i = 0; i < batches; ++i) {
    if (marks && !marks->empty() && !(*marks)[i]) continue;
    const auto* one = batches_[i].get();
    if (one->last_time >= from && one->first_time < to) out.push_back(one);
  }
  return out;
}

bool RecentIndex::tells(const Kind& kind, const ConditionPlan& plan, const ConditionPlan::Node& node) {
  using Type = ConditionPlan::Node::Type;
  if (node.type == Type::no) return false;
  if (node.type != Type::leaf)
    return std::ranges::all_of(node.parts,
                               [&](const ConditionPlan::Node& part) { return tells(kind, plan, part); });
  return tells(kind, plan.leaves()[node.leaf]);
}

bool RecentIndex::tells(const Kind& kind, const Leaf& leaf) {
  return leaf.type == Condition::Type::equals && !leaf.holds("") &&
         std::ranges::all_of(leaf.fields, [&](std::size_t field) {
           return field < most_fields && is_name(kind.fields[field].type);
         });
}

ConditionPlan::Marks RecentIndex::marks_of(const Leaf& leaf, std::size_t batches) const {
  if (!tells(kind_, leaf)) return {};
  std::vector<std::uint32_t> hashes;
  for (const auto& value : leaf.values) hashes.push_back(hash_of(value));
  std::ranges::sort(hashes);
  ConditionPlan::Marks out(batches, false);
  for (const auto field : leaf.fields)
    for (const auto& [hash, batch] : names_[field])
      if (batch < batches && std::ranges::binary_search(hashes, hash)) out[batch] = true;
  return out;
}

}  // namespace yagura::eventstore
