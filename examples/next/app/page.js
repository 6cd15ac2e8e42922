// app/page.js
"use client";

import { deleteBatch, listBatches } from "delete-message-batch";
import { useEffect, useState } from "react";

// The relay of app/api: no key is in this page.
const relay = { baseURL: "/api" };

export default function Page() {
  const [batches, setBatches] = useState([]);
  const [message, setMessage] = useState("Loading");

  useEffect(() => {
    const load = async () => {
      setBatches(await Array.fromAsync(listBatches({ ...relay, status: "ended", limit: 50 })));
      setMessage("");
    };
    load().catch((error) => setMessage(error.message));
  }, []);

  const remove = async (id) => {
    const hide = () => setBatches((shown) => shown.filter((batch) => batch.id !== id));
    try {
      await deleteBatch(id, relay);
      hide();
      setMessage(`${id} is deleted`);
    } catch (error) {
      if (error.code !== "not_found") return setMessage(error.message);
      hide();
      setMessage(`${id} is not there`);
    }
  };

  return (
    <main>
      <h1>Batches that have ended</h1>
      <p role="status">{message}</p>
      <ul>
        {batches.map(({ id }) => (
          <li key={id}>
            {id}{" "}
            <button type="button" onClick={() => remove(id)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}
