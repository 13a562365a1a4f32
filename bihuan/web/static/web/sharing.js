// How siblings share what their parent is asked for, exactly as the server does it: whole numbers
// of smallest units, largest remainder, ties to the first, what is locked stays. A level is an
// array of {weight, held}; held is null where nothing is locked.
(function () {
  "use strict";

  function Refused(why) { this.why = why; }

  function sum(numbers) { return numbers.reduce(function (all, each) { return all + each; }, 0n); }
  function isFree(share) { return share.held === null; }
  function heldIn(level) { return sum(level.filter(function (each) { return !isFree(each); }).map(function (each) { return each.held; })); }

  function shared(whole, weights) {
    var total = sum(weights);
    if (!total) {
      weights = weights.map(function () { return 1n; });
      total = BigInt(weights.length);
    }
    var over = [];
    var given = weights.map(function (weight, place) {
      over.push([(whole * weight) % total, place]);
      return (whole * weight) / total;
    });
    over.sort(function (one, other) {
      return one[0] === other[0] ? one[1] - other[1] : one[0] > other[0] ? -1 : 1;
    });
    var odd = whole - sum(given);
    over.slice(0, Number(odd)).forEach(function (each) { given[each[1]] += 1n; });
    return given;
  }

  // Share among some of a level; the others keep what they have.
  function among(whole, weights, places, now) {
    var found = now.slice();
    if (places.length) {
      shared(whole, places.map(function (at) { return weights[at]; })).forEach(function (each, at) {
        found[places[at]] = each;
      });
    }
    return found;
  }

  function weightsOf(level) { return level.map(function (each) { return each.weight; }); }
  function placesOf(level, test) {
    return level.map(function (each, at) { return at; }).filter(function (at) { return test(level[at], at); });
  }

  function amounts(whole, level) {
    if (!level.length) return [];
    var held = heldIn(level);
    if (held > whole) throw new Refused("held_too_much");
    var free = placesOf(level, isFree);
    if (!free.length && held !== whole) throw new Refused("all_held");
    var now = level.map(function (each) { return isFree(each) ? 0n : each.held; });
    return among(whole - held, weightsOf(level), free, now);
  }

  // The next change starts from what there is now; where nothing is left for the free, weights stay.
  function at(now, level) {
    var some = level.some(function (each, place) { return isFree(each) && now[place]; });
    return level.map(function (each, place) {
      return { weight: some ? now[place] : each.weight, held: each.held };
    });
  }

  // asked is a list of [place, amount].
  function setAmounts(whole, level, asked) {
    var set = new Map(asked);
    var wanted = 0n;
    set.forEach(function (amount, place) {
      if (!isFree(level[place])) throw new Refused("is_held");
      if (amount < 0n) throw new Refused("asked_too_much");
      wanted += amount;
    });
    var left = whole - heldIn(level) - wanted;
    if (left < 0n) throw new Refused("asked_too_much");
    var others = placesOf(level, function (each, place) { return isFree(each) && !set.has(place); });
    if (!others.length && left) throw new Refused("asked_not_all");
    var now = amounts(whole, level);
    set.forEach(function (amount, place) { now[place] = amount; });
    return at(among(left, weightsOf(level), others, now), level);
  }

  function lock(whole, level, place) {
    var now = amounts(whole, level);
    var fixed = at(now, level);
    fixed[place] = { weight: now[place], held: now[place] };
    return fixed;
  }

  function unlock(whole, level, place) {
    var now = amounts(whole, level);
    var fixed = at(now, level);
    fixed[place] = { weight: now[place], held: null };
    return fixed;
  }

  function moved(whole, level, source, target, amount) {
    var now = amounts(whole, level);
    [source, target].forEach(function (place) { if (!isFree(level[place])) throw new Refused("is_held"); });
    if (amount < 0n || amount > now[source]) throw new Refused("asked_too_much");
    if (source !== target) {
      now[source] -= amount;
      now[target] += amount;
    }
    return at(now, level);
  }

  window.bihuanSharing = {
    Refused: Refused, amounts: amounts, setAmounts: setAmounts, lock: lock, unlock: unlock, moved: moved,
  };
})();
