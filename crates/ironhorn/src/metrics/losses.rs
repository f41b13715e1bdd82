//! Every loss as a metric: the weighted mean of what it gives for each sample.
use crate::config::Number;
use crate::losses as loss;

mean_metric! {
    /// The mean of the loss binary_crossentropy.
    BinaryCrossentropy as "binary_crossentropy", BinaryCrossentropyFunction = "binary_crossentropy" {
        /// Whether the predictions are logits, not probabilities.
        #[config(default = false)]
        from_logits: bool,
        /// How far labels are moved towards 0.5, from 0 to 1.
        #[config(default = 0, check = loss::smoothing)]
        label_smoothing: Number,
    }
    |this, y_true, y_pred| loss::binary_crossentropy(y_true, y_pred, this.from_logits, this.label_smoothing.get())
}

mean_metric! {
    /// The mean of the loss categorical_crossentropy.
    CategoricalCrossentropy as "categorical_crossentropy", CategoricalCrossentropyFunction = "categorical_crossentropy" {
        /// Whether the predictions are logits, not probabilities.
        #[config(default = false)]
        from_logits: bool,
        /// How much of each label is spread over all classes, from 0 to 1.
        #[config(default = 0, check = loss::smoothing)]
        label_smoothing: Number,
    }
    |this, y_true, y_pred| loss::categorical_crossentropy(y_true, y_pred, this.from_logits, this.label_smoothing.get())
}

mean_metric! {
    /// The mean of the loss sparse_categorical_crossentropy.
    SparseCategoricalCrossentropy as "sparse_categorical_crossentropy",
    SparseCategoricalCrossentropyFunction = "sparse_categorical_crossentropy" {
        /// Whether the predictions are logits, not probabilities.
        #[config(default = false)]
        from_logits: bool,
        /// The axis of the classes.
        #[config(default = -1)]
        axis: i64,
    }
    |this, y_true, y_pred| loss::sparse_categorical_crossentropy(y_true, y_pred, this.from_logits, this.axis)
}

mean_metric! {
    /// The mean of the loss categorical_hinge.
    CategoricalHinge as "categorical_hinge", CategoricalHingeFunction = "categorical_hinge" {}
    |this, y_true, y_pred| loss::categorical_hinge(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss hinge.
    Hinge as "hinge", HingeFunction = "hinge" {}
    |this, y_true, y_pred| loss::hinge(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss squared_hinge.
    SquaredHinge as "squared_hinge", SquaredHingeFunction = "squared_hinge" {}
    |this, y_true, y_pred| loss::squared_hinge(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss kullback_leibler_divergence.
    KLDivergence as "kullback_leibler_divergence", KLDivergenceFunction = "kullback_leibler_divergence" | "kld" | "KLD" {}
    |this, y_true, y_pred| loss::kullback_leibler_divergence(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss logcosh.
    LogCoshError as "logcosh", LogCoshFunction = "logcosh" {}
    |this, y_true, y_pred| loss::logcosh(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss mean_absolute_error.
    MeanAbsoluteError as "mean_absolute_error", MeanAbsoluteErrorFunction = "mean_absolute_error" | "mae" | "MAE" {}
    |this, y_true, y_pred| loss::mean_absolute_error(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss mean_absolute_percentage_error.
    MeanAbsolutePercentageError as "mean_absolute_percentage_error",
    MeanAbsolutePercentageErrorFunction = "mean_absolute_percentage_error" | "mape" | "MAPE" {}
    |this, y_true, y_pred| loss::mean_absolute_percentage_error(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss mean_squared_error.
    MeanSquaredError as "mean_squared_error", MeanSquaredErrorFunction = "mean_squared_error" | "mse" | "MSE" {}
    |this, y_true, y_pred| loss::mean_squared_error(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss mean_squared_logarithmic_error.
    MeanSquaredLogarithmicError as "mean_squared_logarithmic_error",
    MeanSquaredLogarithmicErrorFunction = "mean_squared_logarithmic_error" | "msle" | "MSLE" {}
    |this, y_true, y_pred| loss::mean_squared_logarithmic_error(y_true, y_pred)
}

mean_metric! {
    /// The mean of the loss poisson.
    Poisson as "poisson", PoissonFunction = "poisson" {}
    |this, y_true, y_pred| loss::poisson(y_true, y_pred)
}

super::mean_function! {
    /// The mean of the loss huber_loss.
    HuberFunction = "huber_loss" {
        /// Where the square ends.
        #[config(default = 1.0)]
        delta: f64,
    }
    |this, y_true, y_pred| loss::huber_loss(y_true, y_pred, this.delta)
}
