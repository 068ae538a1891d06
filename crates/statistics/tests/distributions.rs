//! Distributions against another program, chance from a seed, the search for a lowest point, quadrature.

mod common;

use common::{assert_near, assert_relative, near};
use statistics::bayes::gauss_hermite;
use statistics::chance::Chance;
use statistics::distribution::{
    binomial_quantile, chi_square_upper, expit, f_upper, ln_gamma, log1p_exp, logit, normal_cdf, normal_density,
    normal_quantile, normal_two_sided, t_quantile, t_two_sided,
};
use statistics::optimise::{bfgs, brent, slope};

// ---------------------------------------------------------------- binomial quantiles

const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RATES: [f64; 8] = [0.01, 0.05, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9];
const SHARES: [f64; 9] = [0.001, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.999];

/// A line for each number of trials from 1 to 60; nine shares for each of eight rates; a digit to base 62 for each.
/// computed with scipy 1.17.1 (`binom.ppf`), and with fractions of whole numbers, which take the lower side at the three
/// exact ties where it takes the upper: 3 trials at 0.9 and 0.001, 35 and 39 trials at 0.5 and 0.5.
const QUANTILES: [&str; 60] = [
    "000000001000000011000000011000000111000001111000001111000011111000111111",
    "000000001000000012000000112000001122000011122000011222001112222011222222",
    "000000011000000112000001122000011223000011233000112333001223333012233333",
    "000000011000000112000001123000012234000112234001123344012233444123344444",
    "000000011000000113000001123000112334000112345001223455012344555234455555",
    "000000012000001123000001224000112345000123345011234556123345666244566666",
    "000000012000001123000011234000122346001123456012334567123456677345667777",
    "000000012000001123000011234000123456001123457012345678134567788456778888",
    "000000012000001123000011234001123457001234467023346679235567899567889999",
    "0000000120000011240000122350012234570012345681234567892456789AA57889AAAA",
    "00000011200000122400001223500123456801123456812345789A356789AAB6899ABBBB",
    "00000011200000122400001234500123456801224567913456789B35678AABC789ABCCCC",
    "0000001120000012240000123450112345680123456791345689AC46789ABCD89ABCDDDD",
    "00000011200001123400011234601123567901234568A2356789BC4689ABCDE8ABCDDEEE",
    "00000011200001123400011234601234567901234678A245679ABD5789BCDEF9BCDEEFFF",
    "00000011200001123400011234601234568A01345679B245789BCE579ABCDFGACDEFFGGG",
    "00000011200001123500012234601234578A02345689B25678ABCF689BCDEFHBDEFFGHHH",
    "00000011200001123500012335701234678B02345789C35689ACDF69ABDEFGIBDFFGHIII",
    "00000011200001123500012345701235679B0234678AC35789BCEG79BCDFGHJCEFGHIJJJ",
    "00000011300001223500012345702345689B1235679AD3678ACDEH7ABDEFHIJDFGHIJKKK",
    "00000011300001223500012345702345789C1245689BD4689ACDFH8ACDFGHJKEGHIJKLLL",
    "0000001130000122350011234570234578AC1345789BE4689BDEGI8BDEFHIJLFHIJKLLMM",
    "0000001130000123450011234580234678AD134578ABE478ABDFGJ9CDFGIJKMFIJKLMMNN",
    "0000001130000123450011234680235679AD134679ACE579ACEFHJACEFHIKLNGIKLMNNOO",
    "0000001230000123460011234681245689BD135679ACF589BCEGHKADFGIJKMOHJLMNOOPP",
    "0000001230000123460011245681245689BE135689BDF58ABDFGILBDFHIKLNPIKLMOPPQQ",
    "000000123000012346001234568134578ABE24568ABDG68ACDFHJLBEGHJLMNPJLMNOPQRR",
    "000000123000112346001234569134578ACF24578ACDG69BCEGHJMCFGIKLNOQJMNOPQRSS",
    "000001123000112346001234569134679ACF24679ACEH69BDEGIKNCFHJKMNPRKNOPQRSTT",
    "000001123000112346001234579135679BCF24679BCEH7ABDFHJKNDGIJLNOQSLNPQRSTUU",
    "000001123000112346001234579135689BDG25689BDEI7ACEFHJLODHIKMNPQTMOQRSTUVV",
    "00000112300011234600123457913568ABDG2568ABDFI7ACEGIKMPEHJLMOQRUNPRSTUVWW",
    "00000112300011234700123467A24578ABDG3578ACDFI8BDFGIKMPFIKLNPQSUNQRTUVWXX",
    "00000112300012235700123467A24578ACEH3578ACEGJ8BDFHJLNQFIKMOQRTVORSUVWXYY",
    "00000112300012335700123567A24679ACEH3579ACEGJ9CEGHJLNQGJLNPQSUWPSTUWXYZZ",
    "00000112300012345701123567A24679BCEI3679BDEGK9CEGIKMORGKMNPRTUXQTUVXYZZa",
    "00000112300012345701124568A24679BDFI3689BDFHK9DFGILMOSHKMOQSTVYRTVWXZaab",
    "00000112300012345701224568A25689BDFI3689BDFHLADFHJLNPSHLNPRTUWZSUWXYaabc",
    "00000112300012345701234568B2568ACDFJ468ACEFHLADGHJMNQTIMOPRTVXZSVXYZabcd",
    "00000112300012345701234568B2578ACEGJ478ACEGILAEGIKMOQUJMOQSUWXaTWYZabcde",
    "00000112300012345701234578B3578ACEGJ479ACEGIMBEGIKNPRUJNPRTVWYbUXYabcdef",
    "00000112300012345701234578B3579ACEGK479BDFGJMBFHJLNPRVKNQRTVXZcVYZbcdefg",
    "00000112300012345801234678B3579BDEHK479BDFHJNCFHJLOQSVKOQSUWYadWZabdefgh",
    "00000112300012345801234679B3679BDFHK579BDFHJNCGIKMOQSWLPRTVXZbdXZbcefghi",
    "00000112400112345801234679C3689BDFHL58ABDGHKNCGIKMPRTXMPSTWYZbeXacdfghij",
    "00000112400112346801234679C3689BDFHL58ACEGIKODGJLNPRUXMQSUWYacfYbdeghijk",
    "00000112400112346801235679C468ACEGIL58ACEGIKODHJLNQSUYNRTVXZbdgZcefgijkl",
    "00000112400112346801235689C468ACEGIM58ACEHJLPDHKMOQSVZNRTVYacehadeghjklm",
    "00000112400112346801235689C478ACEGIM69BCFHJLPEIKMORTVZOSUWYbcehbefhiklmn",
    "00000112400112356801235689D479ACFGJN69BDFHJMPEIKNPRUWaPSVXZbdfibfgijlmno",
    "0000011240011245680124568AD479BDFHJN69BDFHKMQFJLNPSUWaPTVYacegjcfhjklnop",
    "0000011240011245690134578AD479BDFHJN69BDGIKMQFJLOQSVXbQUWYadfhkdgijlmnpq",
    "0000011240012245690134578AD479BDFHKO6ACEGIKNRFJMOQTVYcQUXZbdfhlehjkmnoqr",
    "0000012240012345690234578AD589BDGIKO7ACEGILNRGKMPRTWYcRVXacegilfiklnopqs",
    "0000012240012345690234578AD58ACEGIKO7ACEGJLNRGKNPRUWZdSWYadfhjmgjlmopqrt",
    "0000012240012345690234579AD58ACEGILP7ACEHJLOSHLNPSVXZdSWZbdgiknhklnpqrsu",
    "0000012240012345690234679AE58ACEGILP7BDFHJMOSHLOQSVXaeTXZcegikohlmoprstv",
    "0000012240012345790234679BE58ACEHJLP7BDFHKMOTHMOQTWYafTYacfhjlpilnpqstuw",
    "0000012240012345790234679BE59BCFHJLQ8BDFIKMPTIMPRTWYbfUYbdfikmpjmoqrtuvx",
    "0000012240012345790234679BE69BDFHJMQ8BEGIKNPTIMPRUXZcgVZbegiknqknprsuvwy",
];

#[test]
fn binomial_quantiles_equal_the_reference_over_a_grid() {
    for (line, trials) in QUANTILES.iter().zip(1u64..) {
        let mut digits = line.bytes();
        for rate in RATES {
            for share in SHARES {
                let digit = digits.next().expect("a digit");
                let expected = DIGITS.iter().position(|d| *d == digit).expect("a digit to base 62") as u64;
                if (rate - share).abs() + (share - 0.5).abs() < 1e-9 && trials % 2 == 1 {
                    continue; // an exact tie, which stands below
                }
                let found = binomial_quantile(share, trials, rate);
                assert_eq!(found, expected, "{share} of {trials} trials at {rate}");
            }
        }
        assert_eq!(digits.next(), None);
    }
}

#[test]
fn a_binomial_quantile_at_a_tie_is_the_lower_one() {
    // With rates in quarters every sum is a whole number over 4^n, exact in 128 bits.
    for trials in 1..=60u32 {
        for quarters in 1..=3u128 {
            let rate = quarters as f64 / 4.0;
            let (mut choose, mut sum) = (1u128, 0u128);
            // Where a term is beyond them, no more is asked of that number of trials.
            let mut exact = true;
            let mut cumulative = Vec::new();
            for x in 0..=trials {
                let term =
                    choose.checked_mul(quarters.pow(x)).and_then(|t| t.checked_mul((4 - quarters).pow(trials - x)));
                match term.and_then(|t| sum.checked_add(t)) {
                    Some(next) => sum = next,
                    None => exact = false,
                }
                if !exact {
                    break;
                }
                cumulative.push(sum as f64 / 4f64.powi(trials as i32));
                choose = choose * u128::from(trials - x) / u128::from(x + 1);
            }
            for (x, share) in (0u64..).zip(&cumulative) {
                // Ends where neighbouring sums are one number cannot be told apart.
                let before = if x == 0 { 0.0 } else { cumulative[x as usize - 1] };
                if *share < 1.0 && share - before > 1e-12 * share {
                    let found = binomial_quantile(*share, u64::from(trials), rate);
                    assert_eq!(found, x, "{share:e} of {trials} trials at {rate}");
                    if x < u64::from(trials) && cumulative.get(x as usize + 1).is_some_and(|n| n - share > 1e-9) {
                        let found = binomial_quantile(share + 1e-10, u64::from(trials), rate);
                        assert_eq!(found, x + 1, "just above {share:e} of {trials} trials at {rate}");
                    }
                }
            }
        }
    }
}

#[test]
fn binomial_quantiles_at_the_ends() {
    for rate in [0.0, 0.3, 1.0] {
        assert_eq!(binomial_quantile(0.0, 10, rate), 0);
        assert_eq!(binomial_quantile(0.5, 0, rate), 0);
    }
    assert_eq!(binomial_quantile(1.0, 10, 0.3), 10);
    assert_eq!(binomial_quantile(0.975, 10, 0.0), 0);
    assert_eq!(binomial_quantile(0.025, 10, 1.0), 10);
    // computed with scipy 1.17.1
    assert_eq!(binomial_quantile(0.025, 1_000_000, 0.3), 299_102);
    assert_eq!(binomial_quantile(0.999, 1_000_000, 0.3), 301_417);
}

// ---------------------------------------------------------------- quantiles and tails

#[test]
fn quantiles_of_students_t_equal_the_reference() {
    // computed with scipy 1.17.1, for 1, 2.5, 5, 30 and 250.5 degrees of freedom
    let expected = [
        (
            1e-6,
            [
                -318_309.886_182_743_5,
                -220.173_429_178_236_86,
                -24.771_029_720_515_948,
                -5.871_117_120_418_882,
                -4.867_695_172_063_5,
            ],
        ),
        (
            0.001,
            [
                -318.308_838_985_550_44,
                -13.822_193_110_865_964,
                -5.893_429_531_356_009,
                -3.385_184_866_829_305,
                -3.123_083_887_658_549,
            ],
        ),
        (
            0.025,
            [
                -12.706_204_736_174_705,
                -3.574_654_842_003_683_4,
                -2.570_581_835_636_315_5,
                -2.042_272_456_301_238,
                -1.969_479_272_051_676_5,
            ],
        ),
        (
            0.2,
            [
                -1.376_381_920_471_173_6,
                -1.010_163_874_722_250_6,
                -0.919_543_780_240_826_7,
                -0.853_767_261_471_298,
                -0.843_058_481_524_784_6,
            ],
        ),
        (0.5, [0.0; 5]),
        (
            0.9,
            [
                3.077_683_537_175_254_4,
                1.730_250_928_807_176_6,
                1.475_884_048_824_481_5,
                1.310_415_025_391_395_5,
                1.284_940_259_735_771_5,
            ],
        ),
        (
            0.975,
            [
                12.706_204_736_174_694,
                3.574_654_842_003_681_7,
                2.570_581_835_636_314_6,
                2.042_272_456_301_237_8,
                1.969_479_272_051_676,
            ],
        ),
        (
            0.995,
            [
                63.656_741_162_871_526,
                7.163_728_138_948_783,
                4.032_142_983_555_228,
                2.749_995_653_567_225_4,
                2.595_597_808_190_657_7,
            ],
        ),
        (
            0.999_999,
            [
                318_309.886_173_590_26,
                220.173_429_175_704_26,
                24.771_029_720_372_493,
                5.871_117_120_408_624,
                4.867_695_172_057_275,
            ],
        ),
    ];
    for (p, row) in expected {
        for (df, expected) in [1.0, 2.5, 5.0, 30.0, 250.5].into_iter().zip(row) {
            // In the upper tail the last bits of 1 − p are what is told apart.
            let tolerance = if p > 0.99 { 1e-9 } else { 1e-11 };
            assert_near(&format!("{p} with {df}"), t_quantile(p, df), expected, tolerance);
        }
    }
    assert_near("infinite", t_quantile(0.975, f64::INFINITY), 1.959_963_984_540_054, 1e-13);
    assert!(t_quantile(0.975, f64::NAN).is_nan());
}

#[test]
fn two_sided_p_of_students_t_equals_the_reference() {
    // computed with scipy 1.17.1
    let expected = [
        (0.5, 1.0, 0.704_832_764_699_133_5),
        (2.0, 3.7, 0.121_817_201_905_233_98),
        (2.5, 20.0, 0.021_233_545_439_132_38),
        (8.0, 12.0, 3.759_898_224_750_258e-6),
        (40.0, 30.0, 1.372_604_519_440_641_7e-27),
        (1.96, 1e6, 0.049_996_067_585_269_71),
    ];
    for (t, df, p) in expected {
        assert_relative(&format!("{t} with {df}"), t_two_sided(t, df), p, 1e-9);
        assert_relative(&format!("−{t} with {df}"), t_two_sided(-t, df), p, 1e-9);
    }
    assert_near("infinite", t_two_sided(1.96, f64::INFINITY), 0.049_995_790_296_440_87, 1e-10);
    assert_near("nothing", t_two_sided(0.0, 5.0), 1.0, 1e-14);
    for (t, df) in [(f64::NAN, 3.0), (1.0, f64::NAN), (1.0, 0.0), (1.0, -2.0)] {
        assert!(t_two_sided(t, df).is_nan());
    }
}

#[test]
fn the_normal_equals_the_reference() {
    // computed with scipy 1.17.1
    let quantiles = [
        (1e-10, -6.361_340_902_404_056),
        (0.001, -3.090_232_306_167_813),
        (0.025, -1.959_963_984_540_054_5),
        (0.3, -0.524_400_512_708_040_9),
        (0.975, 1.959_963_984_540_054),
        (1.0 - 1e-6, 4.753_424_308_817_087),
    ];
    for (p, z) in quantiles {
        assert_near(&format!("{p}"), normal_quantile(p), z, 1e-10);
    }
    let below = [
        (-10.0, 7.619_853_024_160_47e-24),
        (-3.0, 0.001_349_898_031_630_093_3),
        (-1.0, 0.158_655_253_931_457_07),
        (0.3, 0.617_911_422_188_952_6),
        (2.0, 0.977_249_868_051_820_8),
        (6.0, 0.999_999_999_013_412_3),
    ];
    for (z, p) in below {
        assert_relative(&format!("Φ({z})"), normal_cdf(z), p, 1e-9);
    }
    let outside = [
        (0.1, 0.920_344_325_445_942),
        (1.96, 0.049_995_790_296_440_87),
        (5.0, 5.733_031_437_583_866e-7),
        (12.0, 3.552_964_224_155_306e-33),
    ];
    for (z, p) in outside {
        assert_relative(&format!("beyond ±{z}"), normal_two_sided(z), p, 1e-9);
        assert_relative(&format!("beyond ∓{z}"), normal_two_sided(-z), p, 1e-9);
    }
    assert!(normal_two_sided(f64::NAN).is_nan());
    assert_near("density", normal_density(0.0), 0.398_942_280_401_432_7, 1e-15);
}

#[test]
fn upper_tails_equal_the_reference() {
    // computed with scipy 1.17.1
    let chi = [
        (1.0, 1.0, 0.317_310_507_862_911_15),
        (3.84, 1.0, 0.050_043_521_248_705_19),
        (10.0, 4.0, 0.040_427_681_994_512_79),
        (50.0, 20.0, 0.000_221_476_638_248_783_5),
        (200.0, 30.0, 4.952_733_529_003_222_4e-27),
    ];
    for (x, df, p) in chi {
        assert_relative(&format!("χ² {x} with {df}"), chi_square_upper(x, df), p, 1e-9);
    }
    let f = [
        (1.0, 1.0, 10.0, 0.340_893_132_302_06),
        (4.0, 2.0, 20.0, 0.034_571_613_033_607_78),
        (2.5, 5.0, 7.5, 0.125_517_781_293_126_46),
        (30.0, 3.0, 40.0, 2.500_282_737_861_910_7e-10),
    ];
    for (x, a, b, p) in f {
        assert_relative(&format!("F {x} with {a} and {b}"), f_upper(x, a, b), p, 1e-9);
    }
    assert_near("nothing", chi_square_upper(0.0, 3.0), 1.0, 0.0);
    assert_near("below nothing", chi_square_upper(-1.0, 3.0), 1.0, 0.0);
    assert_near("below nothing", f_upper(-1.0, 3.0, 4.0), 1.0, 0.0);
    assert!(chi_square_upper(f64::NAN, 3.0).is_nan() && chi_square_upper(1.0, 0.0).is_nan());
    assert!(f_upper(f64::NAN, 3.0, 4.0).is_nan() && f_upper(1.0, 0.0, 4.0).is_nan());
}

#[test]
fn quantiles_and_tails_undo_each_other() {
    for df in [1.0, 1.7, 3.0, 8.0, 41.5, 1e4] {
        for p in [0.001, 0.05, 0.3, 0.6, 0.95] {
            // Of a t with that much in both tails.
            assert_relative(&format!("{p} with {df}"), t_two_sided(t_quantile(p / 2.0, df), df), p, 1e-10);
        }
    }
    for x in [-800.0, -40.0, -1.0, 0.0, 0.3, 30.0] {
        assert!(near(logit(expit(x)), x, 1e-2) || x < -700.0, "{x}");
        assert_near("both sides", expit(x) + expit(-x), 1.0, 1e-15);
    }
    assert_relative("far below", log1p_exp(-50.0), (-50.0f64).exp(), 1e-15);
    assert_near("far above", log1p_exp(800.0), 800.0, 0.0);
    assert_near("ln 24", ln_gamma(5.0), 24f64.ln(), 1e-14);
}

// ---------------------------------------------------------------- chance

#[test]
fn the_same_seed_gives_the_same_numbers() {
    let draw = |seed, stream| {
        let mut c = Chance::new(seed, stream);
        (0..20).map(|_| c.uniform() + c.normal() + c.gamma(2.5) + c.beta(0.5, 3.0)).collect::<Vec<f64>>()
    };
    assert_eq!(draw(7, 0), draw(7, 0));
    assert_ne!(draw(7, 0), draw(8, 0));
    assert_ne!(draw(7, 0), draw(7, 1));
    assert_eq!(Chance::new(7, 3).order(50), Chance::new(7, 3).order(50));
}

#[test]
fn the_numbers_of_a_seed_stay_what_they_were() {
    // Results are published with their seed: a change here changes them.
    let mut c = Chance::new(1, 0);
    let found = [c.uniform(), c.normal(), c.gamma(0.7), c.beta(2.0, 3.0)];
    let expected =
        [0.402_485_663_664_848_1, -0.753_528_460_380_224_3, 0.179_532_557_530_646_79, 0.733_219_914_132_832_2];
    common::assert_all_near("draws", &found, &expected, 1e-14);
    assert_eq!(c.order(8), [5, 6, 7, 2, 4, 0, 1, 3]);
}

/// Mean and variance.
fn moments(n: usize, mut of: impl FnMut() -> f64) -> (f64, f64) {
    let all: Vec<f64> = (0..n).map(|_| of()).collect();
    let mean = all.iter().sum::<f64>() / n as f64;
    (mean, all.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n as f64 - 1.0))
}

/// Five standard deviations of a mean of so many; a seed that passes always passes.
#[track_caller]
fn assert_moments(what: &str, n: usize, found: (f64, f64), mean: f64, variance: f64, kurtosis: f64) {
    let n = n as f64;
    assert!((found.0 - mean).abs() < 5.0 * (variance / n).sqrt(), "{what}: mean {}, expected {mean}", found.0);
    let spread = variance * ((kurtosis - 1.0) / n).sqrt();
    assert!((found.1 - variance).abs() < 5.0 * spread, "{what}: variance {}, expected {variance}", found.1);
}

#[test]
fn draws_have_the_moments_of_their_distribution() {
    let n = 100_000;
    let mut c = Chance::new(20_260_101, 0);
    assert_moments("uniform", n, moments(n, || c.uniform()), 0.5, 1.0 / 12.0, 1.8);
    assert_moments("normal", n, moments(n, || c.normal()), 0.0, 1.0, 3.0);
    for shape in [0.3, 1.0, 4.5, 60.0] {
        let found = moments(n, || c.gamma(shape));
        assert_moments(&format!("gamma {shape}"), n, found, shape, shape, 3.0 + 6.0 / shape);
    }
    for (a, b) in [(0.5, 0.5), (2.0, 5.0), (30.0, 3.0)] {
        let sum: f64 = a + b;
        let excess = 6.0 * ((a - b).powi(2) * (sum + 1.0) - a * b * (sum + 2.0)) / (a * b * (sum + 2.0) * (sum + 3.0));
        let variance = a * b / (sum * sum * (sum + 1.0));
        assert_moments(&format!("beta {a} {b}"), n, moments(n, || c.beta(a, b)), a / sum, variance, 3.0 + excess);
    }
    assert_moments("below 10", n, moments(n, || c.below(10) as f64), 4.5, 8.25, 1.8);
}

#[test]
fn the_normal_has_its_tails() {
    let mut c = Chance::new(5, 0);
    let n = 100_000;
    let beyond = (0..n).filter(|_| c.normal().abs() > 1.959_963_984_540_054).count() as f64;
    let expected = 0.05 * f64::from(n);
    assert!((beyond - expected).abs() < 5.0 * (expected * 0.95).sqrt(), "{beyond}");
}

#[test]
fn a_uniform_is_neither_nothing_nor_one_and_an_order_has_every_number() {
    let mut c = Chance::new(9, 0);
    assert!((0..50_000).all(|_| (f64::MIN_POSITIVE..1.0).contains(&c.uniform())));
    let mut order = c.order(200);
    assert_ne!(order, (0..200).collect::<Vec<_>>());
    order.sort_unstable();
    assert_eq!(order, (0..200).collect::<Vec<_>>());
    assert!(c.order(0).is_empty());
    // Every place is as likely: how often 0 comes first in orders of four.
    let first = (0..20_000).filter(|_| c.order(4)[0] == 0).count() as f64;
    assert!((first - 5_000.0).abs() < 5.0 * (20_000.0f64 * 0.1875).sqrt(), "{first}");
}

// ---------------------------------------------------------------- the lowest point

#[test]
fn brent_finds_the_lowest_point_between_two_ends() {
    let (x, value) = brent(|x| (x - 1.25).powi(2) + 3.0, -10.0, 10.0, 1e-10);
    assert_near("parabola", x, 1.25, 1e-7);
    assert_near("its value", value, 3.0, 1e-14);
    // x ln x is lowest at 1/e.
    let (x, value) = brent(|x: f64| x * x.ln(), 1e-9, 5.0, 1e-10);
    assert_near("x ln x", x, (-1.0f64).exp(), 1e-7);
    assert_near("its value", value, -(-1.0f64).exp(), 1e-14);
    // A kink, where no parabola fits.
    let (x, _) = brent(|x: f64| (x - 0.3).abs(), -1.0, 2.0, 1e-10);
    assert_near("kink", x, 0.3, 1e-8);
    // At an end.
    let (x, _) = brent(|x| x, 2.0, 5.0, 1e-10);
    assert_near("end", x, 2.0, 1e-7);
    let (x, _) = brent(|x| (-x).exp(), 0.0, 4.0, 1e-10);
    assert_near("other end", x, 4.0, 1e-7);
}

#[test]
fn bfgs_finds_the_lowest_point_of_known_functions() {
    let valley = |x: &[f64]| {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        (a * a + 100.0 * b * b, vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b])
    };
    let found = bfgs(valley, &[-1.2, 1.0], 1e-9, 200);
    assert!(found.converged, "{found:?}");
    assert_near("x", found.at[0], 1.0, 1e-7);
    assert_near("y", found.at[1], 1.0, 1e-7);
    // A quadratic in three numbers, of scales 1 to 10 000.
    let bowl = |x: &[f64]| {
        let (d, c) = ([1.0, 100.0, 10_000.0], [1.0, -2.0, 0.5]);
        let value = (0..3).map(|i| 0.5 * d[i] * (x[i] - c[i]).powi(2)).sum::<f64>() - 7.0;
        (value, (0..3).map(|i| d[i] * (x[i] - c[i])).collect::<Vec<f64>>())
    };
    let found = bfgs(bowl, &[0.0; 3], 1e-9, 200);
    assert!(found.converged, "{found:?}");
    common::assert_all_near("bowl", &found.at, &[1.0, -2.0, 0.5], 1e-7);
    assert_near("its value", found.value, -7.0, 1e-12);
    // At once where it starts at the lowest point; and no claim where the steps do not suffice.
    assert_eq!(bfgs(bowl, &[1.0, -2.0, 0.5], 1e-9, 200).steps, 0);
    let short = bfgs(valley, &[-1.2, 1.0], 1e-9, 3);
    assert!(!short.converged && short.steps == 3);
    // Where a step lands outside of what is defined.
    let found = bfgs(|x| (x[0] - x[0].ln(), vec![1.0 - 1.0 / x[0]]), &[0.01], 1e-10, 200);
    assert_near("x − ln x", found.at[0], 1.0, 1e-7);
}

#[test]
fn a_slope_by_differences_is_the_slope() {
    let found = slope(|x| x[0].powi(3) + x[0] * x[1].sin(), &[1.5, 0.4]);
    assert_near("first", found[0], 3.0 * 2.25 + 0.4f64.sin(), 1e-8);
    assert_near("second", found[1], 1.5 * 0.4f64.cos(), 1e-8);
}

#[test]
fn quadrature_integrates_polynomials_exactly() {
    // ∫ x^m e^(−x²) dx = Γ((m + 1) / 2) for even m, nothing for odd; exact up to 2 n − 1.
    for n in [1, 2, 3, 4, 5, 8, 15, 25, 40] {
        let nodes = gauss_hermite(n);
        assert_eq!(nodes.len(), n);
        for m in 0..(2 * n as i32).min(30) {
            let sum: f64 = nodes.iter().map(|(x, w)| w * x.powi(m)).sum();
            let expected = if m % 2 == 0 { ln_gamma(f64::from(m + 1) / 2.0).exp() } else { 0.0 };
            let size = ln_gamma(f64::from(m + 1) / 2.0).exp();
            assert!((sum - expected).abs() <= 1e-11 * size, "{n} points, power {m}: {sum}, expected {expected}");
        }
        assert!(nodes.windows(2).all(|pair| pair[0].0 > pair[1].0), "{n} different points in order");
    }
    // computed with scipy 1.17.1: the outermost of 25, and its weight
    let (x, w) = gauss_hermite(25)[0];
    assert_near("point", x, 6.164_272_434_052_451, 1e-13);
    assert_relative("weight", w, 2.711_923_514_038_378e-17, 1e-11);
}
