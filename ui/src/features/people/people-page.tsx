import { PageHeader } from "../../design/page";
import { Tabs } from "../../design/tabs";
import { useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { PeopleTab } from "./people-tab";
import { RosterTab } from "./roster-tab";
import { peopleWords } from "./words";

export default function PeoplePage() {
  const t = useWords(peopleWords);
  const [filters, set] = useFilters();
  const tab = filters["tab"] ?? "people";
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} />
      <div className="rounded-12 border border-solid-gray-200 bg-white px-4 pt-2 pb-4">
        <Tabs label={t("title")} value={tab} onChange={(next) => set({ tab: next, state: undefined })} tabs={[{ id: "people", label: t("tabPeople") }, { id: "roster", label: t("tabRoster") }]}>
          {tab === "roster" ? <RosterTab /> : <PeopleTab />}
        </Tabs>
      </div>
    </>
  );
}
