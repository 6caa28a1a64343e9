#include "log_search/running.hpp"

#include <algorithm>

namespace yagura::log_search {

Result<Running::Lease> Running::begin(Id account, const std::string& screen,
                                      std::shared_ptr<std::atomic<bool>> stopped) {
  if (!stopped) stopped = std::make_shared<std::atomic<bool>>(false);
  const bool taken = all_.with([&](auto& all) {
    auto& own = all[account];
    if (!screen.empty())
      for (auto& one : own)
        if (one.screen == screen) one.stopped->store(true);
    const auto going = std::ranges::count_if(own, [](const One& one) { return !one.stopped->load(); });
    if (static_cast<std::size_t>(going) >= most) return false;
    own.push_back({screen, stopped});
    return true;
  });
  if (!taken) return fail("log_search.too_many_running", {{"most", std::to_string(most)}});
  return Lease(*this, account, std::move(stopped));
}

void Running::finish(Id account, const std::atomic<bool>* which) {
  all_.with([&](auto& all) {
    const auto own = all.find(account);
    if (own == all.end()) return;
    std::erase_if(own->second, [&](const One& one) { return one.stopped.get() == which; });
    if (own->second.empty()) all.erase(own);
  });
}

}  // namespace yagura::log_search
