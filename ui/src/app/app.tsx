import { Suspense, useEffect } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { LinkButton } from "../design/button";
import { PageHeader } from "../design/page";
import { Loading } from "../design/progress";
import { SignInPage } from "../features/sign-in/sign-in-page";
import { TodayPage } from "../features/today/today-page";
import { useWords } from "../i18n/words";
import { INCIDENTS } from "../parts/ticket-views";
import { LiveProvider } from "./live";
import { page } from "./page";
import { Problem } from "./problem";
import { SessionProvider, useSession } from "./session";
import { Shell } from "./shell";
import { appWords } from "./words";
import { ApiProblem } from "../api/client";

// Sign-in and Today are the first thing seen; every other page comes when it is opened.
const SetupPage = page(/^\/setup/, () => import("../features/sign-in/setup-page"));
const SignOnPage = page(/^\/sign-on\//, () => import("../features/sign-in/sign-on-page"));
const AlertsPage = page(/^\/alerts$/, () => import("../features/alerts/alerts-page"));
const AlertPage = page(/^\/alerts\/./, () => import("../features/alerts/alert-page"));
const IncidentPage = page(/^\/incidents\/./, () => import("../features/incidents/incident-page"));
const TicketsPage = page(/^\/tickets$/, () => import("../features/desk/tickets-page"));
const NewTicketPage = page(/^\/tickets\/new$/, () => import("../features/desk/new-ticket-page"));
const BoardPage = page(/^\/tickets\/board$/, () => import("../features/desk/board-page"));
const InquiriesPage = page(/^\/inquiries$/, () => import("../features/desk/inquiries-page"));
const InquiryPage = page(/^\/inquiries\/./, () => import("../features/desk/inquiry-page"));
const MapPage = page(/^\/map$/, () => import("../features/devices/map-page"), true);
const DevicesPage = page(/^\/devices$/, () => import("../features/devices/devices-page"));
const DevicePage = page(/^\/devices\/./, () => import("../features/devices/device-page"));
const LogsPage = page(/^\/logs$/, () => import("../features/logs/logs-page"));
const KeepingPage = page(/^\/logs\/keeping$/, () => import("../features/logs/keeping-page"));
const SendersPage = page(/^\/log-senders$/, () => import("../features/log-feed/senders-page"));
const LogRulesPage = page(/^\/log-rules$/, () => import("../features/log-feed/rules-page"));
const SilencesPage = page(/^\/silences$/, () => import("../features/silences/silences-page"));
const ContactsPage = page(/^\/contacts$/, () => import("../features/contacts/contacts-page"));
const RefusedPage = page(/^\/refused$/, () => import("../features/refused/refused-page"));
const LedgersPage = page(/^\/ledgers$/, () => import("../features/ledgers/ledgers-page"));
const LedgerPage = page(/^\/ledgers\/[^/]+$/, () => import("../features/ledgers/ledger-page"));
const RecordPage = page(/^\/ledgers\/[^/]+\/[^/]+$/, () => import("../features/ledgers/record-page"));
const ImportPage = page(/^\/ledgers\/[^/]+\/import$/, () => import("../features/ledgers/import-page"));
const RequestsPage = page(/^\/requests$/, () => import("../features/requests/requests-page"));
const NewRequestPage = page(/^\/requests\/new$/, () => import("../features/requests/new-page"));
const RequestFormPage = page(/^\/requests\/new\/./, () => import("../features/requests/form-page"));
const RequestPage = page(/^\/requests\/\d+$/, () => import("../features/requests/request-page"));
const DeputiesPage = page(/^\/requests\/deputies$/, () => import("../features/requests/deputies-page"));
const DeliverablesPage = page(/^\/deliverables$/, () => import("../features/deliverables/deliverables-page"));
const DeliverablePage = page(/^\/deliverables\/./, () => import("../features/deliverables/deliverable-page"));
const PasswordsPage = page(/^\/passwords$/, () => import("../features/passwords/passwords-page"));
const ErasuresPage = page(/^\/erasures$/, () => import("../features/system/erasures-page"));
const WorkPage = page(/^\/work$/, () => import("../features/work/work-page"));
const WorkOrderPage = page(/^\/work\/\d+$/, () => import("../features/work/order-page"));
const CampaignPage = page(/^\/work\/campaigns\/\d+$/, () => import("../features/work/campaign-page"));
const FieldPage = page(/^\/field$/, () => import("../features/field/field-page"), true);
const ReportsPage = page(/^\/reports$/, () => import("../features/reports/reports-page"));
const PeoplePage = page(/^\/people$/, () => import("../features/people/people-page"));
const JournalPage = page(/^\/journal$/, () => import("../features/journal/journal-page"));
const CredentialsPage = page(/^\/credentials$/, () => import("../features/system/credentials-page"));
const StatusPage = page(/^\/status$/, () => import("../features/system/status-page"));
const AccountPage = page(/^\/account$/, () => import("../features/account/account-page"));

function NotFound() {
  const t = useWords(appWords);
  return (
    <>
      <PageHeader title={t("notFound")} lead={t("notFoundLead")} />
      <LinkButton href="/" kind="main">{t("toToday")}</LinkButton>
    </>
  );
}

function Inside() {
  const [location] = useLocation();
  useEffect(() => {
    window.scrollTo(0, 0); // not returned: newer browsers answer with a promise, which React would call on leaving
  }, [location]);
  return (
    <LiveProvider>
      <Shell>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/"><TodayPage /></Route>
            <Route path="/alerts"><AlertsPage /></Route>
            <Route path="/alerts/:id">{({ id }) => <AlertPage key={id} id={Number(id)} />}</Route>
            <Route path="/incidents"><Redirect to={INCIDENTS} replace /></Route>
            <Route path="/incidents/:id">{({ id }) => <IncidentPage key={id} id={Number(id)} />}</Route>
            <Route path="/tickets"><TicketsPage /></Route>
            <Route path="/tickets/new"><NewTicketPage /></Route>
            <Route path="/tickets/board"><BoardPage /></Route>
            <Route path="/inquiries"><InquiriesPage /></Route>
            <Route path="/inquiries/:id">{({ id }) => <InquiryPage key={id} id={Number(id)} />}</Route>
            <Route path="/map"><MapPage /></Route>
            <Route path="/devices"><DevicesPage /></Route>
            <Route path="/devices/:id">{({ id }) => <DevicePage key={id} id={Number(id)} />}</Route>
            <Route path="/logs"><LogsPage /></Route>
            <Route path="/logs/keeping"><KeepingPage /></Route>
            <Route path="/log-senders"><SendersPage /></Route>
            <Route path="/log-rules"><LogRulesPage /></Route>
            <Route path="/silences"><SilencesPage /></Route>
            <Route path="/contacts"><ContactsPage /></Route>
            <Route path="/refused"><RefusedPage /></Route>
            <Route path="/ledgers"><LedgersPage /></Route>
            <Route path="/ledgers/:ledger">{({ ledger }) => <LedgerPage key={ledger} ledger={ledger} />}</Route>
            <Route path="/ledgers/:ledger/import">{({ ledger }) => <ImportPage key={ledger} ledger={ledger} />}</Route>
            <Route path="/ledgers/:ledger/:id">{({ ledger, id }) => <RecordPage key={`${ledger}/${id}`} ledger={ledger} id={id === "new" ? null : Number(id)} />}</Route>
            <Route path="/requests"><RequestsPage /></Route>
            <Route path="/requests/new"><NewRequestPage /></Route>
            <Route path="/requests/new/:form">{({ form }) => <RequestFormPage key={form} form={form} />}</Route>
            <Route path="/requests/deputies"><DeputiesPage /></Route>
            <Route path="/requests/:id">{({ id }) => <RequestPage key={id} id={Number(id)} />}</Route>
            <Route path="/deliverables"><DeliverablesPage /></Route>
            <Route path="/deliverables/:id">{({ id }) => <DeliverablePage key={id} id={Number(id)} />}</Route>
            <Route path="/passwords"><PasswordsPage /></Route>
            <Route path="/erasures"><ErasuresPage /></Route>
            <Route path="/work"><WorkPage /></Route>
            <Route path="/work/campaigns/:id">{({ id }) => <CampaignPage key={id} id={Number(id)} />}</Route>
            <Route path="/work/:id">{({ id }) => <WorkOrderPage key={id} id={Number(id)} />}</Route>
            <Route path="/reports"><ReportsPage /></Route>
            <Route path="/people"><PeoplePage /></Route>
            <Route path="/journal"><JournalPage /></Route>
            <Route path="/credentials"><CredentialsPage /></Route>
            <Route path="/status"><StatusPage /></Route>
            <Route path="/account"><AccountPage /></Route>
            <Route><NotFound /></Route>
          </Switch>
        </Suspense>
      </Shell>
    </LiveProvider>
  );
}

function Door() {
  const { session } = useSession();
  return session.state === "signed_in" ? <Inside /> : <SignInPage />;
}

export function App() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
      <Route path="/field"><FieldPage /></Route>
      <Route>
      <SessionProvider waiting={<Loading />} failed={(retry) => <div className="mx-auto max-w-160 p-6"><Problem fault={UNREACHED} onRetry={retry} /></div>}>
      <Switch>
        <Route path="/setup"><SetupPage token={location.hash.slice(1) || (new URLSearchParams(location.search).get("token") ?? "")} /></Route>
        <Route path="/setup/:token">{({ token }) => <SetupPage token={token} />}</Route>
        <Route path="/sign-on/:provider">{({ provider }) => <SignOnPage provider={provider} />}</Route>
        <Route><Door /></Route>
      </Switch>
      </SessionProvider>
      </Route>
      </Switch>
    </Suspense>
  );
}

const UNREACHED = new ApiProblem(0, "ui.unreachable", "サーバーにつながりません／The server cannot be reached", undefined, undefined);
