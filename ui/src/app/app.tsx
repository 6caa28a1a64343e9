import { lazy, Suspense, useEffect } from "react";
import { Route, Switch, useLocation } from "wouter";
import { LinkButton } from "../design/button";
import { PageHeader } from "../design/page";
import { Loading } from "../design/progress";
import { SignInPage } from "../features/sign-in/sign-in-page";
import { TodayPage } from "../features/today/today-page";
import { useWords } from "../i18n/words";
import { LiveProvider } from "./live";
import { Problem } from "./problem";
import { SessionProvider, useSession } from "./session";
import { Shell } from "./shell";
import { appWords } from "./words";
import { ApiProblem } from "../api/client";

// Sign-in and Today are the first thing seen; every other page comes when it is opened.
const SetupPage = lazy(() => import("../features/sign-in/setup-page"));
const AlertsPage = lazy(() => import("../features/alerts/alerts-page"));
const AlertPage = lazy(() => import("../features/alerts/alert-page"));
const IncidentsPage = lazy(() => import("../features/incidents/incidents-page"));
const IncidentPage = lazy(() => import("../features/incidents/incident-page"));
const MapPage = lazy(() => import("../features/devices/map-page"));
const DevicesPage = lazy(() => import("../features/devices/devices-page"));
const DevicePage = lazy(() => import("../features/devices/device-page"));
const SilencesPage = lazy(() => import("../features/silences/silences-page"));
const ContactsPage = lazy(() => import("../features/contacts/contacts-page"));
const RefusedPage = lazy(() => import("../features/refused/refused-page"));
const LedgersPage = lazy(() => import("../features/ledgers/ledgers-page"));
const LedgerPage = lazy(() => import("../features/ledgers/ledger-page"));
const RecordPage = lazy(() => import("../features/ledgers/record-page"));
const ImportPage = lazy(() => import("../features/ledgers/import-page"));
const RequestsPage = lazy(() => import("../features/requests/requests-page"));
const NewRequestPage = lazy(() => import("../features/requests/new-page"));
const RequestFormPage = lazy(() => import("../features/requests/form-page"));
const RequestPage = lazy(() => import("../features/requests/request-page"));
const DeputiesPage = lazy(() => import("../features/requests/deputies-page"));
const ReportsPage = lazy(() => import("../features/reports/reports-page"));
const PeoplePage = lazy(() => import("../features/people/people-page"));
const JournalPage = lazy(() => import("../features/journal/journal-page"));
const CredentialsPage = lazy(() => import("../features/system/credentials-page"));
const StatusPage = lazy(() => import("../features/system/status-page"));
const AccountPage = lazy(() => import("../features/account/account-page"));

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
            <Route path="/incidents"><IncidentsPage /></Route>
            <Route path="/incidents/:id">{({ id }) => <IncidentPage key={id} id={Number(id)} />}</Route>
            <Route path="/map"><MapPage /></Route>
            <Route path="/devices"><DevicesPage /></Route>
            <Route path="/devices/:id">{({ id }) => <DevicePage key={id} id={Number(id)} />}</Route>
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
      <SessionProvider waiting={<Loading />} failed={(retry) => <div className="mx-auto max-w-160 p-6"><Problem fault={UNREACHED} onRetry={retry} /></div>}>
      <Switch>
        <Route path="/setup"><SetupPage token={location.hash.slice(1) || (new URLSearchParams(location.search).get("token") ?? "")} /></Route>
        <Route path="/setup/:token">{({ token }) => <SetupPage token={token} />}</Route>
        <Route><Door /></Route>
      </Switch>
      </SessionProvider>
    </Suspense>
  );
}

const UNREACHED = new ApiProblem(0, "ui.unreachable", "サーバーにつながりません／The server cannot be reached", undefined, undefined);
