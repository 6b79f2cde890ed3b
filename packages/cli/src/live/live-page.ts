/** The page of a run in training: publishes events and executes the user's actions. */
import { type EpochReport, encodeModel, type FitProgress, type Network } from "@scratch-nn/core";
import { withParameters } from "@scratch-nn/core/engine";
import type { FitControls, Retry, Span } from "@scratch-nn/parallel";
import { type Action, type ActionAnswer, type LiveServer, type Phase, serve } from "@scratch-nn/server";
import type { RunFolder } from "../run/run-folder.ts";
import type { TrialsOutcome, WatchedOutcome, WatchedRun, Watcher } from "../run/watcher.ts";
import { keepAddress } from "./address.ts";
import { factsOf } from "./facts.ts";
import { confusionOf, Glances } from "./glances.ts";
import { Lanes } from "./lanes.ts";
import { shownOf } from "./metrics-json.ts";
import { beatOf, News } from "./news.ts";
import { Pace } from "./pace.ts";
import { pageSite } from "./site.ts";
import { trialsEvents } from "./trials-events.ts";
import { weightPictures } from "./weight-pictures.ts";
import { Wishes } from "./wishes.ts";

/** The training starts after this time even if nobody opens the page. */
const OPEN_MILLISECONDS = 15_000;

export interface PageOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly token?: string | undefined;
}

/** A run in training. */
interface AtWork extends WatchedRun {
  readonly pace: Pace;
  readonly glances: Glances;
  readonly lanes: Lanes;
  readonly picture: readonly [number, number] | undefined;
}

export class LivePage implements Watcher {
  readonly #server: LiveServer;
  /** Settles when somebody opens the page or requests an action. */
  readonly #opened: Promise<void>;
  #run: AtWork | undefined;
  #fit: FitControls | undefined;
  /** The folder of the run that was last trained here. */
  #folder: RunFolder | undefined;
  #stopping = new AbortController();
  #isEnding = false;
  readonly #news = new News();
  /** Whether the page wants a copy of the network at the next opportunity. */
  #isLooking = false;
  /** [parameterCount], copied at the last look. */
  #parameters: Float32Array | undefined;
  /** Requests that wait for a copy of the network. */
  #waiting: (() => void)[] = [];
  /** Reads the model file of a run that is not in training. */
  #kept: (() => Promise<Uint8Array | undefined>) | undefined;
  #telling: NodeJS.Timeout | undefined;
  readonly wishes = new Wishes();

  private constructor(server: LiveServer, opened: Promise<void>) {
    this.#server = server;
    this.#opened = opened;
  }

  /**
   * Opens the page's server.
   * @throws the system's error where it cannot listen at the address; FailureError when there is no built page
   */
  static async open({ host, port, token }: PageOptions): Promise<LivePage> {
    const site = await pageSite();
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let page: LivePage | undefined;
    const server = await serve({
      page: site,
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(token === undefined ? {} : { token }),
      act(action, worker) {
        open();
        return page!.#act(action, worker);
      },
      model: () => page!.#model(),
      onPage: () => open(),
    });
    page = new LivePage(server, opened);
    return page;
  }

  get address(): string {
    return this.#server.address;
  }

  /** Releases the lock of the run that was trained here. @returns its folder */
  release(): string | undefined {
    this.#folder?.release();
    return this.#folder?.path;
  }

  readonly publish: LiveServer["publish"] = (...events) => this.#server.publish(...events);

  get stop(): AbortSignal {
    return this.#stopping.signal;
  }

  readonly begin = async (run: WatchedRun): Promise<void> => {
    const facts = factsOf(run);
    this.#news.addEpochs(run.plan.from?.reports ?? []);
    this.publish({ kind: "run", run: facts });
    await this.#begin(run.folder);
    const pace = new Pace(run.plan, performance.now());
    const beat = beatOf(facts.threads);
    const lanes = new Lanes(facts.threads, run.plan.batchesPerEpoch);
    this.#run = { ...run, pace, lanes, glances: new Glances(run), picture: facts.picture };
    this.#isLooking = true;
    this.publish({ kind: "phase", phase: "training" });
    this.#telling = setInterval(() => this.#beat(), beat);
  };

  readonly onEpoch = (report: EpochReport): void => {
    this.#news.addEpochs([report]);
    this.#run?.pace.noteEpoch(report.epoch);
  };

  readonly onProgress = ({ epoch, examples }: FitProgress): void => this.#run?.pace.note(epoch, examples);

  readonly onRetry = (setback: Retry): void => {
    this.#run?.lanes.noteLoss(setback.epoch, setback.step);
    this.publish({ kind: "setback", setback });
  };

  readonly onSpans = (spans: readonly Span[]): void => {
    const lanes = this.#run?.lanes.note(spans, performance.now());
    if (lanes !== undefined && this.#server.pages > 0) this.#news.set({ kind: "lanes", lanes });
  };

  readonly controls = (controls: FitControls): void => {
    this.#fit = controls;
  };

  readonly wantsNetwork = (): boolean => this.#waiting.length > 0 || (this.#isLooking && this.#server.pages > 0);

  readonly onNetwork = (network: Network, epoch: number): void => {
    const { glances, picture } = this.#run!;
    this.#parameters ??= new Float32Array(network.parameters.length);
    this.#parameters.set(network.parameters);
    for (const tell of this.#waiting.splice(0)) tell();
    this.#isLooking = false;
    this.#news.set({ kind: "weights", weights: weightPictures(network, epoch, picture) });
    const confusion = glances.look(network, epoch, performance.now());
    if (confusion !== undefined) this.#news.set({ kind: "confusion", confusion });
    this.#tell();
  };

  readonly end = ({ summary, test, network, dataset }: WatchedOutcome): void => {
    this.rest();
    const { epochs, completed, weightsSha256, seconds, testAccuracy, testLoss } = summary;
    this.publish({ kind: "weights", weights: weightPictures(network, epochs, this.#run?.picture) });
    if (test?.kind === "classes") {
      const { confusion, examples, accuracy } = test.evaluation;
      const whole = confusionOf(confusion!, { epoch: epochs, part: "test", examples, accuracy: accuracy! });
      if (whole !== undefined) this.publish({ kind: "confusion", confusion: whole });
    }
    const figures = {
      ...(testAccuracy === null ? {} : { testAccuracy }),
      ...(testLoss === null ? {} : { testLoss }),
    };
    this.publish({ kind: "result", result: { weightsSha256, seconds, ...figures } });
    const { classes, task, preprocessing, label } = dataset;
    this.#kept = async () => encodeModel({ network, classes, task, preprocessing, label });
    this.publish({ kind: "phase", phase: completed ? "finished" : "stopped" });
  };

  readonly beginTrials = async (folder: RunFolder): Promise<void> => {
    await this.#begin(folder);
    this.publish({ kind: "phase", phase: "training" });
  };

  readonly onTrials = (done: number, of: number): void => {
    const { trials } = this.#server.state;
    if (trials?.done !== done || trials.of !== of) this.publish({ kind: "trials", trials: { done, of } });
  };

  readonly endTrials = ({ isWhole, metrics, classes, model }: TrialsOutcome): void => {
    this.#kept = async () => model;
    this.publish(...trialsEvents(shownOf(metrics), classes));
    this.publish({ kind: "phase", phase: isWhole ? "finished" : "stopped" });
  };

  /** Stops the regular events once no training is under way. */
  rest(): void {
    if (this.#telling !== undefined) this.#tell();
    clearInterval(this.#telling);
    this.#telling = undefined;
    this.#fit = undefined;
    for (const tell of this.#waiting.splice(0)) tell();
  }

  /** Publishes the phase of a run that this process does not train. @param model reads its file */
  showKept(phase: Phase, model: () => Promise<Uint8Array | undefined>): void {
    this.#kept = model;
    this.publish({ kind: "phase", phase });
  }

  /** Whether the user has ended the program on the page. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  async close(): Promise<void> {
    this.rest();
    await this.#server.close();
  }

  async #begin(folder: RunFolder): Promise<void> {
    this.#stopping = new AbortController();
    if (this.#isEnding) this.#stopping.abort();
    this.#kept = undefined;
    this.#folder = folder;
    keepAddress(folder.path, this.#server);
    this.publish({ kind: "phase", phase: "waiting" });
    await this.#waitForPage();
  }

  async #waitForPage(): Promise<void> {
    let timeout: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timeout = setTimeout(resolve, OPEN_MILLISECONDS);
    });
    await Promise.race([this.#opened, late]);
    clearTimeout(timeout);
  }

  /**
   * The network arrives between two steps, and the news is sent with it. Where a step is longer than a beat, the news
   * is sent without it.
   */
  #beat(): void {
    if (this.#isLooking) this.#tell();
    this.#isLooking = true;
  }

  #tell(): void {
    this.publish(...this.#news.take(), { kind: "progress", progress: this.#run!.pace.look(performance.now()) });
  }

  #act(action: Action, worker: number | undefined): ActionAnswer {
    const { phase } = this.#server.state;
    const isTraining = this.#fit !== undefined || phase === "training";
    switch (action) {
      case "kill": {
        const isDone = worker !== undefined && this.#fit?.kill(worker) === true;
        return isDone ? { isDone } : { isDone, message: "there is no worker of that number at work" };
      }
      case "stop":
        if (!isTraining) return { isDone: false, message: "nothing is being trained" };
        this.#stop();
        return { isDone: true };
      case "end":
        this.#isEnding = true;
        if (isTraining || phase === "waiting") this.#stop();
        else this.wishes.want("end");
        return { isDone: true };
      case "go-on": {
        if (phase !== "stopped") return { isDone: false, message: "there is nothing to go on with" };
        this.wishes.want("go-on");
        return { isDone: true };
      }
    }
  }

  #stop(): void {
    this.publish({ kind: "phase", phase: "stopping" });
    this.#stopping.abort();
  }

  async #model(): Promise<Uint8Array | undefined> {
    if (this.#kept !== undefined) return this.#kept();
    const run = this.#run;
    if (run === undefined) return undefined;
    if (this.#parameters === undefined) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.#parameters === undefined) return undefined;
    const { classes, task, preprocessing, label } = run.dataset;
    const network = withParameters(run.network, this.#parameters.slice());
    return encodeModel({ network, classes, task, preprocessing, label });
  }
}
