// A hash map whose copies share what they have in common: copying it and changing one entry costs a few
// hundred entries, whatever its size.
//
// Purpose: snapshots of tens of thousands of devices that one thread makes and many read. Not for maps that
//          change more often than they are copied.
// Shape:   256 parts, each an unordered_map held by a shared pointer; writing copies the part unless nobody
//          else has it.
// Threads: as a value: const functions from any thread, others by one thread with no reader of this object;
//          copies are independent of each other.
// Lifetime: pointers from find() stay good while any copy that has the same entry unchanged is alive.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>

namespace yagura {

template <class Key, class Value, class Hash = std::hash<Key>>
class SharedMap {
  using Part = std::unordered_map<Key, Value, Hash, std::equal_to<>>;
  static constexpr std::size_t count = 256;

 public:
  template <class K>
  [[nodiscard]] const Value* find(const K& key) const {
    const auto& part = parts_[place(key)];
    if (!part) return nullptr;
    const auto found = part->find(key);
    return found == part->end() ? nullptr : &found->second;
  }
  template <class K>
  [[nodiscard]] bool contains(const K& key) const {
    return find(key) != nullptr;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

  // Made when it is not there. The reference is good until the next copy or change of the map.
  Value& own(const Key& key) {
    auto [at, fresh] = owned(place(key)).try_emplace(key);
    size_ += fresh ? 1 : 0;
    return at->second;
  }
  void put(const Key& key, Value value) { own(key) = std::move(value); }
  bool erase(const Key& key) {
    if (!contains(key)) return false;
    owned(place(key)).erase(key);
    --size_;
    return true;
  }

  // In no order.
  template <class F>
  void each(F&& use) const {
    for (const auto& part : parts_)
      if (part)
        for (const auto& [key, value] : *part) use(key, value);
  }
  // use(key, before or nullptr, after or nullptr) for every entry that is not the same in both; parts that
  // both share are not looked at.
  template <class F>
  static void each_difference(const SharedMap& before, const SharedMap& after, F&& use) {
    static const Part none;
    for (std::size_t i = 0; i < count; ++i) {
      if (before.parts_[i] == after.parts_[i]) continue;
      const auto& then = before.parts_[i] ? *before.parts_[i] : none;
      const auto& now = after.parts_[i] ? *after.parts_[i] : none;
      for (const auto& [key, value] : then) {
        const auto found = now.find(key);
        if (found == now.end())
          use(key, &value, static_cast<const Value*>(nullptr));
        else if (!(found->second == value))
          use(key, &value, &found->second);
      }
      for (const auto& [key, value] : now)
        if (!then.contains(key)) use(key, static_cast<const Value*>(nullptr), &value);
    }
  }

 private:
  template <class K>
  static std::size_t place(const K& key) {
    // std::hash of a number is the number, and the low bits of an Id are often the same.
    return static_cast<std::size_t>((static_cast<std::uint64_t>(Hash{}(key)) * 0x9E37'79B9'7F4A'7C15U) >>
                                    56U);
  }
  Part& owned(std::size_t i) {
    auto& part = parts_[i];
    if (!part)
      part = std::make_shared<Part>();
    else if (part.use_count() != 1)
      part = std::make_shared<Part>(*part);
    else
      std::atomic_thread_fence(std::memory_order_acquire);  // whoever had it last has read it
    return *part;
  }

  std::array<std::shared_ptr<Part>, count> parts_;
  std::size_t size_ = 0;
};

}  // namespace yagura
