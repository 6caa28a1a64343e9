#include "web/server/event_hub.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"

namespace yagura::web {
namespace {

constexpr std::string_view kReload = "event: reload\ndata: {}\n\n";

// A line break in the data would end the field: each line is a field of its own.
std::string frame_text(std::uint64_t id, std::string_view type, std::string_view data) {
  auto text = fmt::format("id: {}\nevent: {}\n", id, type);
  for (auto line : split(data, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    fmt::format_to(std::back_inserter(text), "data: {}\n", line);
  }
  text += '\n';
  return text;
}

}  // namespace

EventStream::~EventStream() = default;

void EventStream::start(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (!waiting_.empty() || ended_) {
    woken_ = true;
    wake_();
  }
}

void EventStream::stop() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  ended_ = true;
}

bool EventStream::take(std::string& out) {
  const std::lock_guard lock(mutex_);
  for (const auto& frame : waiting_) out += *frame;
  std::deque<Frame>().swap(waiting_);
  woken_ = false;
  return !ended_;
}

void EventStream::push(const Frame& frame, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  if (waiting_.size() >= limit) {
    waiting_.clear();
    waiting_.push_back(std::make_shared<const std::string>(kReload));
    ended_ = true;
  } else {
    waiting_.push_back(frame);
  }
  if (wake_ && !woken_) {
    woken_ = true;
    wake_();
  }
}

void EventStream::close(std::string_view last_words) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = true;
  if (!last_words.empty()) waiting_.push_back(std::make_shared<const std::string>(last_words));
  if (wake_ && !woken_) {
    woken_ = true;
    wake_();
  }
}

// Ids begin at the time of start in microseconds: an id from before a restart is older than the ring.
EventHub::EventHub(const Clock& clock, Limits limits)
    : limits_(limits), next_id_(static_cast<std::uint64_t>(to_micros(clock.now()))), ring_begins_(next_id_) {}

std::shared_ptr<EventStream> EventHub::subscribe(Wish wish) {
  std::shared_ptr<EventStream> stream(new EventStream);
  stream->session_ = std::move(wish.session);
  std::ranges::sort(wish.topics);
  wish.topics.erase(std::ranges::unique(wish.topics).begin(), wish.topics.end());
  stream->topics_ = std::move(wish.topics);
  const std::lock_guard lock(mutex_);
  if (!wish.last_event_id.empty()) {
    const auto& text = wish.last_event_id;
    std::uint64_t last = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), last);
    const bool known = read.ec == std::errc{} && read.ptr == text.data() + text.size() &&
                       last + 1 >= ring_begins_ && last < next_id_;
    if (!known) {
      stream->waiting_.push_back(std::make_shared<const std::string>(kReload));
    } else {
      for (const auto& kept : ring_)
        if (kept.id > last && std::ranges::binary_search(stream->topics_, kept.topic))
          stream->waiting_.push_back(kept.frame);
    }
  }
  for (const auto& topic : stream->topics_) {
    auto& readers = readers_[topic];
    // Readers that went away are swept when the list would grow.
    if (readers.size() == readers.capacity())
      std::erase_if(readers, [](const auto& reader) { return reader.expired(); });
    readers.push_back(stream);
  }
  return stream;
}

std::uint64_t EventHub::publish(std::string_view topic, std::string_view type, std::string_view data) {
  const std::lock_guard lock(mutex_);
  const auto id = next_id_++;
  const auto frame = std::make_shared<const std::string>(frame_text(id, type, data));
  ring_.push_back({id, std::string(topic), frame});
  if (ring_.size() > limits_.ring) ring_.pop_front();
  ring_begins_ = ring_.empty() ? next_id_ : ring_.front().id;
  ++published_;
  const auto found = readers_.find(std::string(topic));
  if (found == readers_.end()) return id;
  std::erase_if(found->second, [&](const std::weak_ptr<EventStream>& weak) {
    const auto reader = weak.lock();
    if (!reader) return true;
    reader->push(frame, limits_.queue);
    const std::lock_guard reader_lock(reader->mutex_);
    if (reader->ended_) ++dropped_;
    return reader->ended_;
  });
  if (found->second.empty()) readers_.erase(found);
  return id;
}

void EventHub::close_session(std::string_view session) {
  const std::lock_guard lock(mutex_);
  for (auto& [topic, readers] : readers_)
    std::erase_if(readers, [&](const std::weak_ptr<EventStream>& weak) {
      const auto reader = weak.lock();
      if (!reader) return true;
      if (reader->session_.empty() || reader->session_ != session) return false;
      reader->close("event: signed_out\ndata: {}\n\n");
      return true;
    });
}

void EventHub::close_all() {
  const std::lock_guard lock(mutex_);
  for (auto& [topic, readers] : readers_)
    for (const auto& weak : readers)
      if (const auto reader = weak.lock()) reader->close("retry: 2000\n\n");
  readers_.clear();
}

EventHub::Counts EventHub::counts() {
  const std::lock_guard lock(mutex_);
  std::set<const EventStream*> alive;
  for (const auto& [topic, readers] : readers_)
    for (const auto& weak : readers)
      if (const auto reader = weak.lock()) alive.insert(reader.get());
  return {alive.size(), published_, dropped_};
}

}  // namespace yagura::web
