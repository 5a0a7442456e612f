import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { deleteJson } from "./api-client.ts";
import { forgetPerson } from "./queries.ts";

/** Ends the session on the server, leaves the page, then forgets what was fetched; a failure goes to `onError`. */
export function useSignOut(onError: (error: unknown) => void): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    deleteJson("/session")
      .then(() => navigate("/login"))
      // Only after the pages are gone: a page still there would ask again and be refused.
      .then(() => forgetPerson(client))
      .catch(onError);
  };
}
