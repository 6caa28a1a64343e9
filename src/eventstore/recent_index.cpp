#include "eventstore/recent_index.hpp"

#include <algorithm>
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
  std::size_t out = sizeof(*this) + batches_.capacity() * sizeof(batches_[0]) + grams_bytes_ + counts_bytes_;
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

const Recent& RecentIndex::at(std::size_t place) const {
  const std::lock_guard lock(mutex_);
  return *batches_[place];
}

void RecentIndex::keep_up_texts(std::size_t place, const Recent& recent, const TextHashes& fragments) {
  const std::lock_guard lock(making_texts_);
  note_texts(place, recent, fragments);
}

void RecentIndex::note_texts(std::size_t place, const Recent& recent, const TextHashes& fragments) {
  if (noted_.size() <= place) noted_.resize(place + 1);
  if (noted_[place]) return;
  grams_.add(recent.batch, fragments);
  grams_bytes_ = grams_.bytes();
  noted_[place] = true;
  auto first = with_texts_.load(std::memory_order_relaxed);
  while (first < noted_.size() && noted_[first]) ++first;
  with_texts_.store(first, std::memory_order_release);
}

void RecentIndex::make_texts(std::size_t until) {
  for (auto place = with_texts_.load(std::memory_order_relaxed); place < until; ++place) {
    const auto& recent = at(place);
    TextHashes fragments;
    (void)recent.filter(fragments);
    const std::lock_guard lock(making_texts_);
    note_texts(place, recent, fragments);
  }
}

RecentIndex::Extent RecentIndex::extent() const {
  const std::lock_guard lock(mutex_);
  return extent_;
}

void RecentIndex::make_counts(std::size_t until) {
  for (; counted_ < until; ++counted_) counts_.add(at(counted_));
  counts_bytes_ = counts_.bytes();
}

void RecentIndex::keep_up_counts() {
  if (const std::unique_lock lock(counting_, std::try_to_lock); lock)
    make_counts(std::min(extent().batches, counted_ + at_once));
}

std::optional<CubeSums> RecentIndex::counts(std::vector<CubeCell>* cells) {
  const std::lock_guard lock(counting_);
  make_counts(extent().batches);
  if (!counts_.tell()) return std::nullopt;
  if (cells != nullptr) *cells = counts_.cells();
  return counts_.sums();
}

std::size_t RecentIndex::first_that_may(const ConditionPlan& plan, const AskedTexts& asked,
                                        std::size_t batches) {
  if (may_fulfil(kind_, plan, [&](const Leaf& leaf) { return !asked.of(leaf).tells(); })) return 0;
  if (with_texts_.load(std::memory_order_relaxed) + at_once < batches) make_texts(batches);
  const auto known = std::min(with_texts_.load(std::memory_order_acquire), batches);
  const bool may = grams_.any_filter([&](const TextFilter& filter) {
    return may_fulfil(kind_, plan, [&](const Leaf& leaf) { return asked.of(leaf).may_be_in(filter); });
  });
  return may ? 0 : known;
}

std::vector<const Recent*> RecentIndex::with(const ConditionPlan& plan, const AskedTexts& asked,
                                             std::int64_t from, std::int64_t to, std::size_t batches) {
  const auto first = first_that_may(plan, asked, batches);
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
