#include "eventstore/recent_index.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t most_fields = 64;  // with names that are noted
// So many batches one thread that adds sees to at a time, and so many may wait for it: whoever asks looks at each of them.
constexpr std::size_t at_once = 64;

std::uint32_t hash_of(std::string_view folded) { return static_cast<std::uint32_t>(checksum(folded)); }

bool is_name(FieldType type) { return type == FieldType::entity || type == FieldType::category; }

}  // namespace

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
  std::size_t out =
      sizeof(*this) + batches_.capacity() * sizeof(batches_[0]) + texts_.bytes + counting_.bytes;
  for (const auto& own : names_) out += sizeof(own) + own.capacity() * sizeof(Name);
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

// each() answers how much memory all that it made takes.
void RecentIndex::make(Making& making, std::size_t until,
                       const std::function<std::size_t(const Recent&)>& each) {
  std::array<const Recent*, 16> some{};
  for (auto at = making.done.load(std::memory_order_relaxed); at < until;) {
    const auto count = std::min(some.size(), until - at);
    {
      const std::lock_guard lock(mutex_);
      for (std::size_t i = 0; i < count; ++i) some[i] = batches_[at + i].get();
    }
    for (std::size_t i = 0; i < count; ++i) {
      making.bytes = each(*some[i]);
      making.done.store(++at, std::memory_order_release);
    }
  }
}

void RecentIndex::make_texts(std::size_t until) {
  make(texts_, until, [&](const Recent& one) {
    grams_.add(one.batch.strings);
    return grams_.bytes();
  });
}

void RecentIndex::make_counts(std::size_t until) {
  make(counting_, until, [&](const Recent& one) {
    counts_.add(one);
    return counts_.bytes();
  });
}

void RecentIndex::keep_up_texts() {
  if (const std::unique_lock busy(texts_.busy, std::try_to_lock); busy)
    make_texts(std::min(extent().batches, texts_.done + at_once));
}

void RecentIndex::keep_up_counts() {
  if (const std::unique_lock busy(counting_.busy, std::try_to_lock); busy)
    make_counts(std::min(extent().batches, counting_.done + at_once));
}

RecentIndex::Extent RecentIndex::extent() const {
  const std::lock_guard lock(mutex_);
  return extent_;
}

std::optional<CubeSums> RecentIndex::counts(std::vector<CubeCell>* cells) {
  const std::lock_guard busy(counting_.busy);
  make_counts(extent().batches);
  if (!counts_.tell()) return std::nullopt;
  if (cells != nullptr) *cells = counts_.cells();
  return counts_.sums();
}

std::size_t RecentIndex::first_that_may(const ConditionPlan& plan, std::size_t batches) {
  std::vector<AskedGrams> asked;
  for (const auto& leaf : plan.leaves()) asked.push_back(asked_grams(leaf));
  const auto of = [&](const Leaf& leaf) -> const AskedGrams& {
    return asked[static_cast<std::size_t>(&leaf - plan.leaves().data())];
  };
  const auto cannot_tell = [&](const Leaf& leaf) {
    return std::ranges::any_of(of(leaf), [](const auto& grams) { return grams.empty(); });
  };
  if (may_fulfil(kind_, plan, cannot_tell)) return 0;
  if (texts_.done.load(std::memory_order_acquire) + at_once < batches) {
    const std::lock_guard busy(texts_.busy);
    make_texts(batches);
  }
  const auto done = std::min(texts_.done.load(std::memory_order_acquire), batches);
  const bool may = grams_.any_filter([&](const auto& has) {
    return may_fulfil(kind_, plan, [&](const Leaf& leaf) { return has(of(leaf)); });
  });
  return may ? 0 : done;
}

std::vector<const Recent*> RecentIndex::with(const ConditionPlan& plan, std::int64_t from, std::int64_t to,
                                             std::size_t batches) {
  const auto first = first_that_may(plan, batches);
  std::vector<const Recent*> out;
  {
    const std::lock_guard lock(mutex_);
    const auto marks = plan.marks(batches, [&](const Leaf& leaf) { return marks_of(leaf, batches); });
    for (auto i = first; i < batches; ++i)
      if (!marks || marks->empty() || (*marks)[i]) out.push_back(batches_[i].get());
  }
  std::erase_if(out, [&](const Recent* one) { return one->last_time < from || one->first_time >= to; });
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
