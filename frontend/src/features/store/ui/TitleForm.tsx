import { useState } from "react";

import { isProblem } from "@/shared/api/problem";
import type { Store } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";
import { toast } from "@/shared/ui/toasts";

import { useEditStore } from "../api/editStore";

const TITLE_MAX = 120;

export function TitleForm({ store }: { store: Store }) {
  const edit = useEditStore(store.id);
  const [title, setTitle] = useState(store.title);
  const wanted = title.trim();
  const fieldError = isProblem(edit.error) ? edit.error.fields.find(({ field }) => field === "title")?.message : undefined;
  const save = () => {
    if (wanted === "" || wanted === store.title) return;
    edit.mutate({ title: wanted }, { onSuccess: () => toast("The title is changed") });
  };
  return (
    <Card title="Title" text="What Souk calls the store. What the shop calls itself is changed in its own admin.">
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {edit.error && fieldError === undefined ? <ErrorNotice error={edit.error} /> : null}
        <Field label="Store title" error={fieldError}>
          {(control) => (
            <Input
              {...control}
              value={title}
              maxLength={TITLE_MAX}
              onChange={({ target }) => setTitle(target.value)}
              autoComplete="off"
            />
          )}
        </Field>
        <div>
          <Button type="submit" look="primary" busy={edit.isPending} disabled={wanted === "" || wanted === store.title}>
            Save the title
          </Button>
        </div>
      </form>
    </Card>
  );
}
