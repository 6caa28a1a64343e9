// Who asks about a request, and what he is shown of it. For the operations on requests alone.
#pragma once

#include "web/api/request_api.hpp"

namespace yagura::web {

inline constexpr const char* kAsks = "request_write";
inline constexpr const char* kSeesAll = "incident_read";
inline constexpr const char* kMends = "people_manage|incident_close";

// Who asks, with his roles and those of the people he stands in for today.
Result<flow::Decider> decider_of(const RequestApi& api, const Request& request, std::string_view contract);

// The steps that he can decide now.
std::vector<std::string> decidable(const flow::Request& r, const flow::Decider& who);

bool decided(const flow::Request& r, Id account);

const contract::Form* form_of(const std::shared_ptr<const contract::Pack>& pack, std::string_view form);

// The request as an answer; flow.request_not_found where he may not see it.
Result<Response> detail(const RequestApi& api, const Request& request, const std::string& contract,
                        const flow::Request& r, int status = 200);

// Whoever acts on a request must first be able to see it: an answer tells nothing of others' requests.
Result<flow::Request> seen(const RequestApi& api, const Request& request, const std::string& contract,
                           const flow::Decider& decider, Id id);

Result<Response> list_forms(const RequestApi& api, Request& request);
Result<Response> get_form(const RequestApi& api, Request& request);
Result<Response> list_form_rows(const RequestApi& api, Request& request);
Result<Response> list_colleagues(const RequestApi& api, Request& request);
Result<Response> list_requests(const RequestApi& api, Request& request);
Result<Response> get_request(const RequestApi& api, Request& request);
Result<Response> get_request_file(const RequestApi& api, Request& request);

struct DeputyBody {
  Id person = 0, deputy = 0;
  std::string from, until;
};
template <class V>
void shape(V& v, DeputyBody& b) {
  v.required("person", b.person);
  v.required("deputy", b.deputy);
  v.required("from", b.from);
  v.required("until", b.until);
}

Result<Response> list_deputies(const RequestApi& api, Request& request);
Result<Response> add_deputy(const RequestApi& api, Request& request, const DeputyBody& body);
Result<Response> end_deputy(const RequestApi& api, Request& request);

}  // namespace yagura::web
