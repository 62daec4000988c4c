// Made by Tests/Oracles/diagnostics.py with ArviZ 0.23.4.
struct DiagnosticsReference: Sendable {
  let name: String
  let chains: Int
  let draws: Int
  let sum: Double
  let rHat: Double
  let bulkESS: Double
  let tailESS: Double
  let meanESS: Double
  let standardDeviationESS: Double
  let medianESS: Double
  let upperESS: Double
  let meanMCSE: Double
  let standardDeviationMCSE: Double
  let medianMCSE: Double
  let lowerMCSE: Double
  let energyBFMI: Double
}

let diagnosticsReference: [DiagnosticsReference] = [
  DiagnosticsReference(
    name: "independent", chains: 4, draws: 1000, sum: 43.8332191908023,
    rHat: 1.0000386913061492, bulkESS: 3987.4017396273266,
    tailESS: 3928.2793802904216, meanESS: 3984.985087965644,
    standardDeviationESS: 4050.2046413204307, medianESS: 3883.29866470587,
    upperESS: 3909.6505253846963, meanMCSE: 0.016053275417161415,
    standardDeviationMCSE: 0.010966100627528492, medianMCSE: 0.02484249764225055,
    lowerMCSE: 0.026454139740598848, energyBFMI: 2.070961768353448),
  DiagnosticsReference(
    name: "correlated", chains: 4, draws: 1000, sum: -375.7926099733352,
    rHat: 1.0057553319808583, bulkESS: 204.79967589596637,
    tailESS: 327.3041312455302, meanESS: 203.04634475730117,
    standardDeviationESS: 350.56003103846905, medianESS: 313.97871425212134,
    upperESS: 365.4708176729325, meanMCSE: 0.16505768095471018,
    standardDeviationMCSE: 0.0954549458455568, medianMCSE: 0.14684524130513182,
    lowerMCSE: 0.25564408470800504, energyBFMI: 0.20182917520312998),
  DiagnosticsReference(
    name: "slow", chains: 4, draws: 300, sum: 486.5198024198183,
    rHat: 1.3723376970645582, bulkESS: 9.519092468375007,
    tailESS: 43.805659297395074, meanESS: 8.949359859571485,
    standardDeviationESS: 42.859132458533516, medianESS: 9.852005268979228,
    upperESS: 33.51414636169005, meanMCSE: 1.7567793048104807,
    standardDeviationMCSE: 0.4449074223390073, medianMCSE: 2.350559164387187,
    lowerMCSE: 0.9949649110821803, energyBFMI: 0.03596792308323413),
  DiagnosticsReference(
    name: "antithetic", chains: 4, draws: 500, sum: -5.680767898633229,
    rHat: 1.0019017658357714, bulkESS: 6602.059991327962,
    tailESS: 1596.051775063821, meanESS: 6602.059991327962,
    standardDeviationESS: 744.0589633517801, medianESS: 6099.712500430274,
    upperESS: 1887.8977231612025, meanMCSE: 0.01682843153855629,
    standardDeviationMCSE: 0.03648007710115552, medianMCSE: 0.021353067225426473,
    lowerMCSE: 0.05830017586573355, energyBFMI: 3.366208443359408),
  DiagnosticsReference(
    name: "heavy tails", chains: 4, draws: 1000, sum: 39487.3037431511,
    rHat: 0.9999523804548771, bulkESS: 4055.310827130761,
    tailESS: 3813.5185897831702, meanESS: 4014.3731357172364,
    standardDeviationESS: 4016.202585995322, medianESS: 4160.745168185153,
    upperESS: 3897.906186511428, meanMCSE: 10.29114701704203,
    standardDeviationMCSE: 316.28556030869214, medianMCSE: 0.026427071884307415,
    lowerMCSE: 0.1293688239738362, energyBFMI: 2.0047108947857075),
  DiagnosticsReference(
    name: "other means", chains: 4, draws: 250, sum: 754.1201917676914,
    rHat: 1.149835705775592, bulkESS: 19.015435166298975,
    tailESS: 528.4846028586247, meanESS: 18.776421265442142,
    standardDeviationESS: 1002.0658062656368, medianESS: 25.71656176966145,
    upperESS: 62.70480543171487, meanMCSE: 0.26363381542145864,
    standardDeviationMCSE: 0.023101924250982075, medianMCSE: 0.2864991947915443,
    lowerMCSE: 0.12180815435356163, energyBFMI: 2.0814064164548096),
  DiagnosticsReference(
    name: "other scales", chains: 4, draws: 250, sum: 196.1519063836418,
    rHat: 1.1592794961156194, bulkESS: 952.0615576324559,
    tailESS: 551.2235051355453, meanESS: 961.2021961082206,
    standardDeviationESS: 29.189553958912523, medianESS: 909.0212483883072,
    upperESS: 134.98355440839117, meanMCSE: 0.08549188492131651,
    standardDeviationMCSE: 0.43407474661959267, medianMCSE: 0.04770741618552732,
    lowerMCSE: 0.30412547796277867, energyBFMI: 1.7082460576373428),
  DiagnosticsReference(
    name: "one chain stuck", chains: 4, draws: 200, sum: 11.731454725877006,
    rHat: 1.5230778944449552, bulkESS: 698.2316027100768,
    tailESS: 727.040042574127, meanESS: 669.1797958235825,
    standardDeviationESS: 65.92566002449755, medianESS: 36.97592308765982,
    upperESS: 755.4526289906933, meanMCSE: 0.03414727764450912,
    standardDeviationMCSE: 0.08678412095916414, medianMCSE: 0.07997944781725819,
    lowerMCSE: 0.10405772074394548, energyBFMI: .nan),
  DiagnosticsReference(
    name: "all chains stuck", chains: 3, draws: 50, sum: 150.0,
    rHat: .infinity, bulkESS: 3.409090909090909,
    tailESS: 3.409090909090909, meanESS: 3.409090909090909,
    standardDeviationESS: 3.409090909090909, medianESS: 3.409090909090909,
    upperESS: 150.0, meanMCSE: 0.443698105640024,
    standardDeviationMCSE: 0.15634719199411432, medianMCSE: 1.0,
    lowerMCSE: 0.5, energyBFMI: .nan),
  DiagnosticsReference(
    name: "constant", chains: 2, draws: 10, sum: 70.0,
    rHat: .nan, bulkESS: 20.0,
    tailESS: 20.0, meanESS: 20.0,
    standardDeviationESS: 20.0, medianESS: 20.0,
    upperESS: 20.0, meanMCSE: 0.0,
    standardDeviationMCSE: .nan, medianMCSE: 0.0,
    lowerMCSE: 0.0, energyBFMI: .nan),
  DiagnosticsReference(
    name: "odd", chains: 3, draws: 333, sum: 86.73067683142496,
    rHat: 1.005771733699785, bulkESS: 420.70191665111975,
    tailESS: 724.8041053087238, meanESS: 419.7094725046589,
    standardDeviationESS: 709.8510251936489, medianESS: 575.0324508178894,
    upperESS: 633.0010945119631, meanMCSE: 0.05562884990942735,
    standardDeviationMCSE: 0.030190950404262618, medianMCSE: 0.06536023944379221,
    lowerMCSE: 0.06955706937263872, energyBFMI: 1.0751822994682156),
  DiagnosticsReference(
    name: "ties", chains: 4, draws: 400, sum: 3196.0,
    rHat: 0.9988886457741053, bulkESS: 1597.0790431334904,
    tailESS: 1600.0, meanESS: 1595.5948772729046,
    standardDeviationESS: 1530.6055646823131, medianESS: 1585.3069098845076,
    upperESS: 1600.0, meanMCSE: 0.03533756787158797,
    standardDeviationMCSE: 0.015086921743950913, medianMCSE: 0.0,
    lowerMCSE: 0.0, energyBFMI: 1.9291758234527774),
  DiagnosticsReference(
    name: "rare", chains: 4, draws: 400, sum: 33.0,
    rHat: 1.0025439780724876, bulkESS: 1643.8797737860523,
    tailESS: 1643.8797737860507, meanESS: 1643.879773786053,
    standardDeviationESS: 1643.879773786053, medianESS: 1643.8797737860507,
    upperESS: 1643.8797737860507, meanMCSE: 0.0035064868858789293,
    standardDeviationMCSE: 0.011823344810051591, medianMCSE: 0.0,
    lowerMCSE: 0.0, energyBFMI: 2.0151133501259446),
  DiagnosticsReference(
    name: "signs", chains: 2, draws: 100, sum: 24.0,
    rHat: 1.0085058398130955, bulkESS: 115.74104857577774,
    tailESS: 115.74104857577774, meanESS: 115.7410485757778,
    standardDeviationESS: 115.74104857577785, medianESS: 200.0,
    upperESS: 200.0, meanMCSE: 0.09251136750038011,
    standardDeviationMCSE: 0.011154177203734114, medianMCSE: 0.0,
    lowerMCSE: 0.0, energyBFMI: 1.3454861111111112),
  DiagnosticsReference(
    name: "four draws", chains: 4, draws: 4, sum: 0.7634840867210295,
    rHat: 0.959179090502839, bulkESS: 19.265919722494797,
    tailESS: 19.265919722494797, meanESS: 19.265919722494797,
    standardDeviationESS: 19.265919722494797, medianESS: 19.265919722494797,
    upperESS: 19.265919722494797, meanMCSE: 0.22575362512778985,
    standardDeviationMCSE: 0.09846500635945814, medianMCSE: 0.25527381784741543,
    lowerMCSE: 0.29726600723249375, energyBFMI: 2.1238735517514598),
  DiagnosticsReference(
    name: "five draws", chains: 4, draws: 5, sum: -0.6329788893319144,
    rHat: 1.199702609237886, bulkESS: 19.265919722494797,
    tailESS: 16.0, meanESS: 19.265919722494797,
    standardDeviationESS: 19.265919722494797, medianESS: 19.265919722494797,
    upperESS: 16.0, meanMCSE: 0.26389270954096766,
    standardDeviationMCSE: 0.13171320009862986, medianMCSE: 0.21737712116035812,
    lowerMCSE: 0.5994922919976489, energyBFMI: 2.736668900850921),
  DiagnosticsReference(
    name: "seven draws", chains: 2, draws: 7, sum: 5.742913171848917,
    rHat: 1.7602792561138683, bulkESS: 12.9501749525715,
    tailESS: 12.9501749525715, meanESS: 12.9501749525715,
    standardDeviationESS: 12.9501749525715, medianESS: 12.9501749525715,
    upperESS: 12.9501749525715, meanMCSE: 0.30062249543787534,
    standardDeviationMCSE: 0.12202200894704927, medianMCSE: 0.800554462977739,
    lowerMCSE: 0.38670912075339303, energyBFMI: 1.1488621561689503),
  DiagnosticsReference(
    name: "one chain", chains: 1, draws: 1000, sum: -5.662908794103782,
    rHat: 1.0025802351528381, bulkESS: 176.2561455085113,
    tailESS: 392.5422807358189, meanESS: 175.03076625732888,
    standardDeviationESS: 414.4405834618496, medianESS: 270.7963151540325,
    upperESS: 329.2700353872621, meanMCSE: 0.09973487636009691,
    standardDeviationMCSE: 0.04466071735609417, medianMCSE: 0.10223750561031217,
    lowerMCSE: 0.10380835005210254, energyBFMI: 0.6551614260191269),
  DiagnosticsReference(
    name: "one short chain", chains: 1, draws: 6, sum: 5.40585703292903,
    rHat: 1.363117963256432, bulkESS: 4.668907502301862,
    tailESS: 4.668907502301862, meanESS: 4.668907502301862,
    standardDeviationESS: 4.668907502301862, medianESS: 4.668907502301862,
    upperESS: 4.668907502301862, meanMCSE: 0.4351814209122198,
    standardDeviationMCSE: 0.2510716257495404, medianMCSE: 1.006781388997132,
    lowerMCSE: 0.6730952554119853, energyBFMI: 1.5000386582557361),
  DiagnosticsReference(
    name: "far away", chains: 4, draws: 200, sum: 800000000.0089153,
    rHat: 1.0020242312516299, bulkESS: 873.2867420696327,
    tailESS: 694.4670714752308, meanESS: 875.9280981924646,
    standardDeviationESS: 732.6674193224669, medianESS: 861.7112704809107,
    upperESS: 714.8698361119825, meanMCSE: 3.2729269430992834e-05,
    standardDeviationMCSE: 2.3040682258144307e-05, medianMCSE: 5.3086376283317804e-05,
    lowerMCSE: 6.170850247144699e-05, energyBFMI: 1.9456660926642506),
  DiagnosticsReference(
    name: "large", chains: 2, draws: 128, sum: 1.8147648270962507e+101,
    rHat: 1.0163294014812885, bulkESS: 231.24540087603538,
    tailESS: 233.78736357511025, meanESS: 233.4137020183202,
    standardDeviationESS: 186.29486089171698, medianESS: 227.85059091904978,
    upperESS: 194.16119125903745, meanMCSE: 6.231935645920822e+98,
    standardDeviationMCSE: 5.040855973467667e+98, medianMCSE: 5.858742787864735e+98,
    lowerMCSE: 1.2157849213204174e+99, energyBFMI: 1.9764719918593547),
  DiagnosticsReference(
    name: "two chains", chains: 2, draws: 2048, sum: -25.97517759393145,
    rHat: 0.9997768010762745, bulkESS: 2243.2430855510156,
    tailESS: 3280.0122869391275, meanESS: 2244.7385118188026,
    standardDeviationESS: 3178.555946924283, medianESS: 2489.3016805661728,
    upperESS: 3194.296212412064, meanMCSE: 0.022037110791498754,
    standardDeviationMCSE: 0.013265086651564933, medianMCSE: 0.02861249460567504,
    lowerMCSE: 0.02828253266194458, energyBFMI: 1.378163282777456),
]
