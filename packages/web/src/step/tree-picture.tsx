/** Draws the tree that adds the shards' sums, with the sums of one parameter. */
import { bitsOf, figure } from "../shared/figure.ts";
import { turnOf } from "./frames.ts";
import type { TreeNode } from "./numbers.ts";
import { PARAMETERS } from "./parameters.ts";
import type { Geometry } from "./picture-geometry.ts";
import { colourOf, Heading, isFrom, type PartProps } from "./picture-parts.tsx";
import { turnsAt } from "./timing.ts";

export function Tree({ step, frame, clock, geometry, parameter }: PartProps) {
  const { nodes, plan, schedule, settings } = step;
  const turns = turnsAt(schedule, clock);
  const { tree, middleOf } = geometry;
  const root = nodes.at(-1)!;
  const y = (level: number): number => tree.top + level * tree.pitch;
  const stateOf = (node: (typeof nodes)[number]) => {
    const turn = turnOf(node, plan, turns);
    if (turn !== undefined)
      return { isThere: isFrom(frame, "gradients") && turn.to <= clock, colour: colourOf(turn.worker) };
    return { isThere: frame.level >= node.level, colour: "everybody" };
  };
  const room = (geometry.width - geometry.left) / settings.shards;
  return (
    <g class={`tree ${isFrom(frame, "tasks") ? "" : "ahead"}`}>
      <Heading
        geometry={geometry}
        y={tree.top - 36}
        text={`m ${PARAMETERS[parameter].name}`}
        note={geometry.left === 0 ? "added along the tree" : "of each shard, added along the tree"}
      />
      {nodes.map((node, n) => {
        const { isThere, colour } = stateOf(node);
        return node.adds?.map((child) => (
          <path
            key={`${n} ${child}`}
            class={`branch ${isThere ? "there" : ""} ${colour}`}
            d={`M${middleOf(nodes[child]).toFixed(1)} ${y(nodes[child].level)}L${middleOf(node).toFixed(1)} ${y(node.level)}`}
          />
        ));
      })}
      {nodes.map((node, n) => {
        const { isThere, colour } = stateOf(node);
        const value = node.sum[parameter];
        const isRoot = node === root;
        return (
          <g key={n} class={colour}>
            <title>{`shards ${node.first + 1} to ${node.end}: ${value}, bits ${bitsOf(value)}`}</title>
            <circle
              class={`node-spot ${isThere ? "there" : ""}`}
              cx={middleOf(node)}
              cy={y(node.level)}
              r={isRoot ? tree.radius + 2 : tree.radius}
            />
            {isThere && !isRoot && room * (node.end - node.first) > (node.level === 0 ? 52 : 104) && (
              <NodeSum {...{ node, value, geometry }} isLeft={nodes.some(({ adds }) => adds?.[0] === n)} />
            )}
            {isRoot && isThere && (
              <text class="root-sum" x={middleOf(node)} y={y(node.level) + tree.radius + 20} text-anchor="middle">
                {figure(value)} = <tspan class="root-bits">{bitsOf(value)}</tspan>
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

interface NodeSumProps {
  readonly node: TreeNode;
  readonly value: number;
  readonly geometry: Geometry;
  /** Whether it is the left one of the two nodes that are added. */
  readonly isLeft: boolean;
}

/** Shows the sum above a shard, or beside an inner node on the side away from the branch to its parent. */
function NodeSum({ node, value, geometry, isLeft }: NodeSumProps) {
  const { tree, middleOf } = geometry;
  const [x, y] = [middleOf(node), tree.top + node.level * tree.pitch];
  const aside = (tree.radius + 5) * (isLeft ? -1 : 1);
  return node.level === 0 ? (
    <text class="node-sum" x={x} y={y - tree.radius - 4} text-anchor="middle">
      {figure(value)}
    </text>
  ) : (
    <text class="node-sum" x={x + aside} y={y} dy="0.7em" text-anchor={isLeft ? "end" : "start"}>
      {figure(value)}
    </text>
  );
}
