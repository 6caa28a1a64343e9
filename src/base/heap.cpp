#include "base/heap.hpp"

#include <malloc.h>

#include <algorithm>
#include <thread>

namespace yagura {

void use_few_heaps() {
  ::mallopt(M_ARENA_MAX, static_cast<int>(std::max(2U, std::thread::hardware_concurrency())));
}

}  // namespace yagura
