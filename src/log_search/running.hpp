// Searches under way: a person has a few at once, and what he types next stops what he typed before.
//
//          Whoever lists events goes before whoever counts them: the list is what is looked at first.
// Meaning: two searches with the same `screen` are of one place on one screen, of which only the newest
//          matters. One that was stopped does not count against the limit any more.
// Errors:  log_search.too_many_running (most).
// Threads: safe from any thread. A Running must outlive its leases.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

namespace yagura::log_search {

class Running {
 public:
  static constexpr std::size_t most = 6;  // of one person: two windows, each with list, histogram and facets

  class Lease {
   public:
    Lease(Running& all, Id account, std::shared_ptr<std::atomic<bool>> stopped)
        : all_(&all), account_(account), stopped_(std::move(stopped)) {}
    Lease(Lease&& other) noexcept
        : all_(std::exchange(other.all_, nullptr)),
          account_(other.account_),
          stopped_(std::move(other.stopped_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (all_) all_->finish(account_, stopped_.get());
    }
    [[nodiscard]] const std::atomic<bool>* stopped() const { return stopped_.get(); }

   private:
    Running* all_;
    Id account_;
    std::shared_ptr<std::atomic<bool>> stopped_;
  };

  // As long as it lives, events are being listed.
  class Listing {
   public:
    explicit Listing(Running& all) : all_(all) { ++all_.listing_; }
    ~Listing() { --all_.listing_; }
    Listing(const Listing&) = delete;
    Listing& operator=(const Listing&) = delete;

   private:
    Running& all_;
  };
  [[nodiscard]] bool is_listing() const { return listing_ > 0; }

  // stopped: what else stops it, shared with whoever knows; null: nothing.
  Result<Lease> begin(Id account, const std::string& screen,
                      std::shared_ptr<std::atomic<bool>> stopped = nullptr);

 private:
  struct One {
    std::string screen;
    std::shared_ptr<std::atomic<bool>> stopped;
  };
  void finish(Id account, const std::atomic<bool>* which);

  Guarded<std::map<Id, std::vector<One>>> all_;
  std::atomic<int> listing_{0};
};

}  // namespace yagura::log_search
