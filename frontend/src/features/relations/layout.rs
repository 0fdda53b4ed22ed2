//! Where each table is drawn: layers from left to right, what refers stands left of what it refers to.
//!
//! The same tables always come out in the same places. The steps are those of every layered drawing: break the cycles,
//! give each table a layer, order the layers so that few lines cross, then stack them.

use std::collections::{BTreeMap, BTreeSet};

/// The room of a table, in the units of the drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The upper left corner of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Between layers, where the lines run.
const GAP_X: f64 = 96.0;
/// Between tables of a layer.
const GAP_Y: f64 = 28.0;
/// Rounds of ordering.
const ROUNDS: usize = 8;
/// A layer of tables without any relation is as high as this many of them, at most.
const LOOSE_COLUMN: f64 = 900.0;

/// Places tables of these sizes; `edges` lead from the table that refers to the one that is referred to.
pub(super) fn place(sizes: &[Size], edges: &[(usize, usize)]) -> Vec<Spot> {
    let edges: BTreeSet<(usize, usize)> =
        edges.iter().copied().filter(|(a, b)| a != b && *a < sizes.len() && *b < sizes.len()).collect();
    let linked: BTreeSet<usize> = edges.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let mut spots = vec![Spot { x: 0.0, y: 0.0 }; sizes.len()];
    let mut top = 0.0;
    for group in groups(&linked, &edges) {
        let mine: Vec<(usize, usize)> = edges.iter().copied().filter(|(a, _)| group.contains(a)).collect();
        let layers = ordered(layers(&group, &mine), &mine);
        top += stack(&layers, sizes, top, &mut spots) + GAP_Y * 2.0;
    }
    let loose = (0..sizes.len()).filter(|at| !linked.contains(at));
    stack_loose(loose, sizes, top, &mut spots);
    spots
}

/// What hangs together, the largest first.
fn groups(linked: &BTreeSet<usize>, edges: &BTreeSet<(usize, usize)>) -> Vec<BTreeSet<usize>> {
    let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (a, b) in edges {
        next.entry(*a).or_default().push(*b);
        next.entry(*b).or_default().push(*a);
    }
    let mut left = linked.clone();
    let mut groups = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut group = BTreeSet::from([first]);
        let mut open = vec![first];
        while let Some(at) = open.pop() {
            for other in next.get(&at).into_iter().flatten() {
                if group.insert(*other) {
                    left.remove(other);
                    open.push(*other);
                }
            }
        }
        groups.push(group);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

/// The layers of a group: each table stands left of all that it refers to, as far as there are no cycles.
fn layers(group: &BTreeSet<usize>, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let forward = without_cycles(group, edges);
    // The longest way to something that refers to nothing: those stand at the right.
    let mut depth: BTreeMap<usize, usize> = group.iter().map(|at| (*at, 0)).collect();
    for _ in 0..group.len() {
        let mut moved = false;
        for (a, b) in &forward {
            let wanted = depth.get(b).copied().unwrap_or_default() + 1;
            if let Some(now) = depth.get_mut(a).filter(|now| **now < wanted) {
                *now = wanted;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let most = depth.values().copied().max().unwrap_or_default();
    let mut layers = vec![Vec::new(); most + 1];
    for (at, depth) in depth {
        if let Some(layer) = layers.get_mut(most - depth) {
            layer.push(at);
        }
    }
    layers
}

/// The edges without those that lead back to where a walk came from.
fn without_cycles(group: &BTreeSet<usize>, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut out: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut into: BTreeMap<usize, usize> = BTreeMap::new();
    for (a, b) in edges {
        out.entry(*a).or_default().push(*b);
        *into.entry(*b).or_default() += 1;
    }
    // Those that nobody refers to come first, so that the walks begin at the left.
    let mut starts: Vec<usize> = group.iter().copied().collect();
    starts.sort_by_key(|at| (into.get(at).copied().unwrap_or_default(), *at));
    let (mut done, mut kept) = (BTreeSet::new(), Vec::new());
    for start in starts {
        if done.contains(&start) {
            continue;
        }
        // A walk in depth without recursion: the table, and how many of its edges were followed.
        let (mut way, mut on_way) = (vec![(start, 0)], BTreeSet::from([start]));
        while let Some((at, followed)) = way.last_mut() {
            let (from, next) = (*at, out.get(at).and_then(|list| list.get(*followed)).copied());
            *followed += 1;
            match next {
                None => {
                    way.pop();
                    on_way.remove(&from);
                    done.insert(from);
                }
                Some(to) if on_way.contains(&to) => {}
                Some(to) => {
                    kept.push((from, to));
                    if !done.contains(&to) {
                        way.push((to, 0));
                        on_way.insert(to);
                    }
                }
            }
        }
    }
    kept
}

/// Orders each layer by where its neighbours are, from both sides in turn.
fn ordered(mut layers: Vec<Vec<usize>>, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    for round in 0..ROUNDS {
        let position: BTreeMap<usize, f64> = layers
            .iter()
            .flat_map(|layer| {
                let middle = number(layer.len()) / 2.0;
                layer.iter().enumerate().map(move |(row, at)| (*at, number(row) - middle))
            })
            .collect();
        let mean = |at: usize| {
            let near: Vec<f64> = edges
                .iter()
                .filter_map(|&(a, b)| match round % 2 {
                    0 if b == at => position.get(&a),
                    1 if a == at => position.get(&b),
                    _ => None,
                })
                .copied()
                .collect();
            if near.is_empty() {
                position.get(&at).copied().unwrap_or_default()
            } else {
                near.iter().sum::<f64>() / number(near.len())
            }
        };
        for layer in &mut layers {
            let mut keyed: Vec<(f64, usize)> = layer.iter().map(|at| (mean(*at), *at)).collect();
            keyed.sort_by(|first, second| first.0.total_cmp(&second.0).then(first.1.cmp(&second.1)));
            *layer = keyed.into_iter().map(|(_, at)| at).collect();
        }
    }
    layers
}

#[expect(clippy::cast_precision_loss, reason = "there are few tables in a drawing")]
fn number(n: usize) -> f64 {
    n as f64
}

/// Stacks the layers, each in the middle of the highest; answers the height.
fn stack(layers: &[Vec<usize>], sizes: &[Size], top: f64, spots: &mut [Spot]) -> f64 {
    let height = |layer: &Vec<usize>| {
        let tables: f64 = layer.iter().filter_map(|at| sizes.get(*at)).map(|size| size.height).sum();
        tables + GAP_Y * number(layer.len().saturating_sub(1))
    };
    let highest = layers.iter().map(height).fold(0.0, f64::max);
    let mut x = 0.0;
    for layer in layers {
        let mut y = top + (highest - height(layer)) / 2.0;
        let mut widest: f64 = 0.0;
        for at in layer {
            if let (Some(spot), Some(size)) = (spots.get_mut(*at), sizes.get(*at)) {
                *spot = Spot { x, y };
                y += size.height + GAP_Y;
                widest = widest.max(size.width);
            }
        }
        x += widest + GAP_X;
    }
    highest
}

/// Tables without relations, in columns below the rest.
fn stack_loose(loose: impl Iterator<Item = usize>, sizes: &[Size], top: f64, spots: &mut [Spot]) {
    let (mut x, mut y, mut widest) = (0.0, top, 0.0_f64);
    for at in loose {
        let (Some(spot), Some(size)) = (spots.get_mut(at), sizes.get(at)) else { continue };
        if y > top && y + size.height > top + LOOSE_COLUMN {
            x += widest + GAP_X / 2.0;
            y = top;
            widest = 0.0;
        }
        *spot = Spot { x, y };
        y += size.height + GAP_Y;
        widest = widest.max(size.width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(n: usize) -> Vec<Size> {
        vec![Size { width: 200.0, height: 80.0 }; n]
    }

    #[test]
    fn what_refers_stands_left_of_what_it_refers_to() {
        let edges = [(0, 1), (1, 2), (0, 2), (3, 2)];
        let spots = place(&sizes(4), &edges);
        for (from, to) in edges {
            assert!(spots[from].x < spots[to].x, "{from} → {to}: {spots:?}");
        }
        assert_eq!(spots, place(&sizes(4), &edges), "the same tables come out in the same places");
    }

    #[test]
    fn no_two_tables_overlap_whatever_refers_to_what() {
        let edges: Vec<(usize, usize)> = (0..40).map(|n| ((n * 7) % 23, (n * 5 + 3) % 23)).collect();
        let spots = place(&sizes(30), &edges);
        for (a, first) in spots.iter().enumerate() {
            for (b, second) in spots.iter().enumerate().skip(a + 1) {
                let apart = (first.x - second.x).abs() >= 200.0 || (first.y - second.y).abs() >= 80.0;
                assert!(apart, "{a} {first:?} and {b} {second:?}");
            }
        }
    }

    #[test]
    fn cycles_and_a_table_that_refers_to_itself_are_drawn() {
        let spots = place(&sizes(3), &[(0, 1), (1, 2), (2, 0), (1, 1)]);
        assert!(spots[0].x < spots[1].x && spots[1].x < spots[2].x, "{spots:?}");
    }
}
