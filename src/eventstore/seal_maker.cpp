#include "eventstore/seal_maker.hpp"

#include <algorithm>

namespace yagura::eventstore {

namespace {
constexpr std::size_t asked_after = 65'536;
}  // namespace

SealMaker::SealMaker(std::int64_t day, const SealRoom& room, std::function<bool()> stopped,
                     std::span<SourceProof> prove)
    : stopped_(std::move(stopped)), prove_(prove), events_(room.folder, room.memory) {
  seal_.day = day;
}

Result<void> SealMaker::add(const Digest& event) {
  YAGURA_CHECK(events_.add(event));
  if (events_.size() % asked_after == 0 && stopped_()) return fail("eventstore.closed");
  return {};
}

Result<void> SealMaker::end_source(const std::string& source) {
  if (stopped_()) return fail("eventstore.closed");
  seal_.rows += static_cast<std::int64_t>(events_.size());
  const auto wanted = std::ranges::find(prove_, source, &SourceProof::source);
  if (wanted != prove_.end()) proved_ += events_.size();
  if (proved_ > most_proved)
    return fail("eventstore.proof_too_large", {{"most", std::to_string(most_proved)}});
  LeafHash leaf(source);
  YAGURA_CHECK(events_.take([&](const Digest& one) {
    leaf.add(one);
    if (wanted != prove_.end()) wanted->events.push_back(one);
  }));
  leaves_.emplace_back(source, leaf.end());
  return {};
}

Seal SealMaker::finish() {
  // The order of bytes, which whoever checks can tell without our folding.
  std::ranges::sort(leaves_);
  std::vector<Digest> digests;
  for (const auto& [source, digest] : leaves_) digests.push_back(digest);
  seal_.sources = std::ssize(leaves_);
  seal_.root = root_of(digests);
  for (auto& one : prove_) {
    if (one.events.empty()) continue;
    one.places = leaves_.size();
    one.place = static_cast<std::size_t>(
        std::ranges::find(leaves_, one.source, &std::pair<std::string, Digest>::first) - leaves_.begin());
    path_of(digests, one.place, one.path);
  }
  return seal_;
}

}  // namespace yagura::eventstore
