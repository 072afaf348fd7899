import { useStore } from "./api/getStore";
import { useIsOwn } from "./api/useIsOwn";
import { DangerZone } from "./ui/DangerZone";
import { OwnerOnly } from "./ui/OwnerOnly";
import { PlanForm } from "./ui/PlanForm";
import { TitleForm } from "./ui/TitleForm";

export function SettingsPage({ id }: { id: string }) {
  const store = useStore(id);
  const isOwn = useIsOwn(store);
  const isChangeable = store.state !== "deleting" && store.state !== "deleted";
  if (!isOwn) return <OwnerOnly />;
  return (
    <div className="grid max-w-3xl gap-6">
      {isChangeable ? (
        <>
          <TitleForm key={store.title} store={store} />
          <PlanForm store={store} />
        </>
      ) : null}
      <DangerZone store={store} />
    </div>
  );
}
