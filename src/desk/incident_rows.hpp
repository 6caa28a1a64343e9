// How incidents stand in their tables; shared by the parts of Incidents, not for other rooms.
#pragma once

#include "desk/incidents.hpp"

namespace yagura::desk {

struct Incidents::Change {
  store::Session& session;
  std::shared_ptr<const contract::Pack> pack;
  journal::Actor by;
  Incident incident;

  // An entry of the incident's time line.
  Result<void> journal(journal::Journal& journal, const char* kind, schema::Value data);
};

inline std::string subject_of(Id incident) { return "incident/" + std::to_string(incident); }

}  // namespace yagura::desk
