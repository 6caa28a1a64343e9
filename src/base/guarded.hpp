// Data that can be reached only through its lock.
//
//   Guarded<std::map<int, Device>> devices;
//   devices.with([](auto& map) { map.erase(3); });
//
// Threads: with() may be called from any thread; do not call it again from inside itself.
#pragma once

#include <mutex>
#include <utility>

namespace yagura {

template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  template <class F>
  decltype(auto) with(F&& use) {
    const std::lock_guard lock(mutex_);
    return std::forward<F>(use)(value_);
  }
  template <class F>
  decltype(auto) with(F&& use) const {
    const std::lock_guard lock(mutex_);
    return std::forward<F>(use)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace yagura
