#include "worker/application_source.hpp"

#include <stdexcept>
#include <utility>

#include "config/percent_encoding.hpp"
#include "worker/secret_text.hpp"
#include "worker/token_answer.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::result;

application_source::application_source(asio::io_context& loop, const token_grant& grant, std::string name,
                                       std::unique_ptr<client_proof> proof)
    : name_{std::move(name)},
      proof_{std::move(proof)},
      url_{grant.url},
      authority_{loop, url_, token_server::distance::network, "authority", grant.ca_file, grant.proxy},
      target_{authority_.target()},
      fields_{"grant_type=client_credentials&client_id=" + config::percent_encoded(grant.client_id) +
              (grant.scope.empty() ? "" : "&scope=" + config::percent_encoded(grant.scope)) + '&'}
{
    static_cast<void>(proof_->fields(url_, wall_clock_seconds()));
}

asio::awaitable<result<access_token>> application_source::fetch()
{
    const auto form = write_form();
    if (!form) co_return form.error();
    const token_request request{.target = target_, .headers = {}, .form = form->reveal()};
    auto answer = co_await authority_.ask(request);
    if (!answer) co_return answer.error();
    co_return read_token_answer(*answer, token_issuer::entra_id);
}

result<config::secret> application_source::write_form()
{
    try {
        const auto proof = proof_->fields(url_, wall_clock_seconds());
        return joined_secret({fields_, proof.reveal()});
    } catch (const std::runtime_error& why) {
        return pipeline::failure{pipeline::errc::deployment_stopped, why.what()}.with_code(
            std::string{token_failure::unreadable});
    }
}

}  // namespace worker
