// How deliverables stand in their tables; shared by the parts of Deliverables, not for other rooms.
#pragma once

#include "desk/deliverable_plan.hpp"
#include "desk/deliverables.hpp"

namespace yagura::desk {

struct Deliverables::Change {
  store::Session& session;
  std::shared_ptr<const contract::Pack> pack;
  const contract::Deliverable& of;
  journal::Actor by;
  DeliverableItem item;
};

struct Deliverables::HandedIn {
  const journal::Actor& by;
  Time at;
  std::vector<std::string> formats;
  int copies = 1;
  std::string note;
  std::vector<DeliverableFile> files;
};

bool to_be_handed_in(DeliverableState state);

}  // namespace yagura::desk
